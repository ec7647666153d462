// Command numbering makes ../numbering.tsv, the numbering plans that package
// extract knows, from libphonenumber's metadata. One line a country: ISO code,
// calling code, national prefix, possible lengths, pattern of national numbers;
// of countries that share a calling code the main one first. A plan in a few
// dozen kB instead of the whole library saves the service 3 MB and 15 ms of its
// start.
//
//	go run ./triage/extract/numbering > triage/extract/numbering.tsv
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

func main() {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		log.Fatal(err)
	}
	plans := all.GetMetadata()
	slices.SortFunc(plans, func(a, b *phonenumbers.PhoneMetadata) int {
		return cmp.Or(cmp.Compare(a.GetCountryCode(), b.GetCountryCode()), -compareBool(a.GetMainCountryForCode(), b.GetMainCountryForCode()),
			cmp.Compare(a.GetId(), b.GetId()))
	})
	out := bufio.NewWriter(os.Stdout)
	for _, p := range plans {
		d := p.GetGeneralDesc()
		lengths := strings.Trim(fmt.Sprint(d.GetPossibleLength()), "[]")
		pattern := strings.Join(strings.Fields(d.GetNationalNumberPattern()), "")
		fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\n", p.GetId(), p.GetCountryCode(), p.GetNationalPrefix(), lengths, pattern)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
