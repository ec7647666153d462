package triage

import (
	"testing"

	"pgregory.net/rapid"
)

// The two tables answer as maps do, whatever is put in, also when they grow.
func TestTables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words, edges := newWordTable(0), newTrie(0)
		wantWords, wantEdges := map[string]int32{}, map[[2]int32]int32{}
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			word := rapid.StringN(0, 4, 8).Draw(t, "word")
			if _, ok := wantWords[word]; !ok {
				words.add([]byte(word), int32(1000+len(wantWords)))
				wantWords[word] = int32(1000 + len(wantWords))
			}
			edge := [2]int32{rapid.Int32Range(0, int32(len(wantEdges))).Draw(t, "node"), rapid.Int32Range(0, 9).Draw(t, "form")}
			node := edges.extend(edge[0], edge[1])
			if want, ok := wantEdges[edge]; ok && node != want || !ok && node != int32(len(wantEdges)+1) {
				t.Fatalf("extend %v gave %d", edge, node)
			}
			wantEdges[edge] = node
		}
		for word, id := range wantWords {
			if got, ok := words.find([]byte(word)); !ok || got != id {
				t.Fatalf("%q is %d, want %d", word, got, id)
			}
		}
		if _, ok := words.find([]byte("not there")); ok {
			t.Fatal("found what is not there")
		}
		for edge, node := range wantEdges {
			if got := edges.next(edge[0], edge[1]); got != node {
				t.Fatalf("%v leads to %d, want %d", edge, got, node)
			}
		}
		if edges.next(0, 99) != 0 {
			t.Fatal("an edge that is not there")
		}
	})
}
