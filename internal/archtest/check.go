// Package archtest proves the plan of the house: which package may import
// which, and which library has which door. The plan itself is the two tables in
// plan.go; this file reads the import graph and compares.
//
// It looks at direct imports of what ends up in the binary; test files may
// import what they like.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

const module = "github.com/hearline/hearline/"

// Package is what `go list` tells of one.
type Package struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// Load lists the packages of the module in dir and all that they depend on.
func Load(dir string) ([]Package, error) {
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports", "./...")
	list.Dir = dir
	var problems bytes.Buffer
	list.Stderr = &problems
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, problems.String())
	}
	var graph []Package
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return graph, nil
		} else if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		graph = append(graph, p)
	}
}

// plan is what the graph is compared with.
type plan struct {
	floors []floor
	doors  []door
	must   []string // packages that a plan without them would be empty of
}

// floor says what packages of a kind may import of ours, and what they must not
// import of others. The first floor that matches a package is its floor.
type floor struct {
	of      string   // pattern, relative to the module
	may     []string // patterns, relative to the module
	but     []string // exceptions from may
	never   []string // patterns of others
	stdOnly bool     // nothing of others but the standard library
	why     string
}

// door says through which packages alone a library comes in; none means tests.
type door struct {
	library string
	through []string
	why     string
}

// check returns a sentence for each import that breaks the plan.
func (p plan) check(graph []Package) []string {
	standard, ours := map[string]bool{}, map[string]bool{}
	for _, pkg := range graph {
		standard[pkg.ImportPath] = pkg.Standard
		if name, is := own(pkg.ImportPath); is {
			ours[name] = true
		}
	}
	var broken []string
	for _, name := range p.must {
		if !ours[name] {
			broken = append(broken, fmt.Sprintf("%s is gone: the plan in internal/archtest names it", name))
		}
	}
	for _, pkg := range graph {
		if name, is := own(pkg.ImportPath); is {
			broken = append(broken, p.checkPackage(name, pkg.Imports, standard)...)
		}
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

func (p plan) checkPackage(name string, imports []string, standard map[string]bool) (broken []string) {
	at := slices.IndexFunc(p.floors, func(f floor) bool { return match(f.of, name) })
	if at < 0 {
		return []string{name + " has no floor: give it one in internal/archtest, or put it where it belongs"}
	}
	f := p.floors[at]
	for _, imported := range imports {
		if target, is := own(imported); is {
			if !matchAny(f.may, target) || matchAny(f.but, target) {
				broken = append(broken, fmt.Sprintf("%s imports %s: %s may import %s (%s)", name, target, f.of, f.allowed(), f.why))
			}
			continue
		}
		if f.stdOnly && !standard[imported] {
			broken = append(broken, fmt.Sprintf("%s imports %s: %s may import the standard library only (%s)", name, imported, f.of, f.why))
		}
		if matchAny(f.never, imported) {
			broken = append(broken, fmt.Sprintf("%s imports %s: %s never may (%s)", name, imported, f.of, f.why))
		}
		broken = append(broken, p.checkDoors(name, imported)...)
	}
	return broken
}

func (p plan) checkDoors(name, imported string) (broken []string) {
	for _, d := range p.doors {
		if !match(d.library, imported) || matchAny(d.through, name) {
			continue
		}
		only := "in tests"
		if len(d.through) > 0 {
			only = "in " + strings.Join(d.through, ", ")
		}
		broken = append(broken, fmt.Sprintf("%s imports %s: only %s (%s)", name, imported, only, d.why))
	}
	return broken
}

func (f floor) allowed() string {
	allowed := "nothing of ours"
	if len(f.may) > 0 {
		allowed = strings.Join(f.may, ", ")
	}
	if len(f.but) > 0 {
		allowed += ", but not " + strings.Join(f.but, ", ")
	}
	return allowed
}

// own returns the name of a package of ours relative to the module.
func own(importPath string) (name string, is bool) {
	return strings.CutPrefix(importPath, module)
}

// match compares a path with a pattern: "a/b" is that package, "a/..." is a and
// all below it.
func match(pattern, path string) bool {
	if tree, is := strings.CutSuffix(pattern, "/..."); is {
		return path == tree || strings.HasPrefix(path, tree+"/")
	}
	return path == pattern
}

func matchAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, path) })
}
