// Command data makes ../countries.tsv and ../prefixes.tsv, what package dialling
// knows, from libphonenumber's metadata (Apache 2.0): a few dozen kB instead of the
// whole library, which would cost the service memory and time at its start.
//
// countries.tsv: ISO code, calling code, emergency numbers with the one to show
// first, time zones. prefixes.tsv: digits after "+" where country or zones differ
// from those of the calling code.
//
//	go generate ./internal/dialling
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// preferred are the emergency numbers that reach help of every kind, or the police,
// in the order in which a country's are shown.
var preferred = []string{"112", "911", "999", "000", "111", "110", "190", "100", "101", "102", "117", "17", "123", "133", "197", "199", "191"}

func main() {
	if err := writeCountries("countries.tsv"); err != nil {
		log.Fatal(err)
	}
	if err := writePrefixes("prefixes.tsv"); err != nil {
		log.Fatal(err)
	}
}

func write(name string, body func(*bufio.Writer)) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	body(out)
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Close()
}

func writeCountries(name string) error {
	return write(name, func(out *bufio.Writer) {
		for _, region := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) {
			code := phonenumbers.GetCountryCodeForRegion(region)
			fmt.Fprintf(out, "%s\t%d\t%s\t%s\n", region, code, strings.Join(emergency(region), " "), strings.Join(zones(fmt.Sprint(code)), " "))
		}
	})
}

func emergency(region string) (out []string) {
	for n := range 10000 {
		for _, width := range []int{2, 3, 4} {
			number := fmt.Sprintf("%0*d", width, n)
			if len(number) == width && phonenumbers.IsEmergencyNumber(number, region) && !slices.Contains(out, number) {
				out = append(out, number)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(region, a), rank(region, b)), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	return out
}

// local are countries whose own number is better known than 112, which networks
// there only lead to it.
var local = map[string]string{"BR": "190", "CO": "123", "GB": "999", "PH": "911"}

func rank(region, number string) int {
	american := slices.ContainsFunc(zones(fmt.Sprint(phonenumbers.GetCountryCodeForRegion(region))), func(zone string) bool {
		return strings.HasPrefix(zone, "America/")
	})
	if number == local[region] || local[region] == "" && american && number == "911" {
		return -1
	}
	if n := slices.Index(preferred, number); n >= 0 {
		return n
	}
	return len(preferred)
}

func zones(digits string) []string {
	all, err := phonenumbers.GetTimezonesForPrefix("+" + digits)
	if err != nil || len(all) == 1 && all[0] == phonenumbers.UNKNOWN_TIMEZONE {
		return nil
	}
	return all
}

// Calling codes of several countries whose emergency numbers or zones differ by the
// digits that follow.
var shared = []int{1, 7}

func writePrefixes(name string) error {
	return write(name, func(out *bufio.Writer) {
		for _, code := range slices.Sorted(maps.Keys(callingCodes())) {
			if len(zones(fmt.Sprint(code))) > 1 {
				b := branch{code: code, whole: strings.Join(zones(fmt.Sprint(code)), " ")}
				b.walk(out, fmt.Sprint(code), 0)
			}
		}
	})
}

// branch are the prefixes of one calling code.
type branch struct {
	code  int
	whole string // zones of the calling code
}

// depth is how many digits after the calling code are told apart.
const depth = 3

// walk writes what stands below a prefix, and returns it when it is all the same.
func (b *branch) walk(out *bufio.Writer, digits string, deep int) (same string, one bool) {
	if deep == depth {
		region, own := regionOf(b.code, digits), strings.Join(zones(digits), " ")
		if own == b.whole {
			own = ""
		}
		return region + "\t" + own, true
	}
	var below [10]string
	one = true
	for n := range below {
		var whole bool
		below[n], whole = b.walk(out, digits+fmt.Sprint(n), deep+1)
		one = one && whole && below[n] == below[0]
		if !whole {
			below[n] = "" // its own branch is written
		}
	}
	if one && deep > 0 {
		return below[0], true
	}
	for n, what := range below {
		if what != "" && what != "\t" {
			fmt.Fprintf(out, "%s%d\t%s\n", digits, n, what)
		}
	}
	return "", false
}

func callingCodes() map[int]bool {
	codes := map[int]bool{}
	for region := range phonenumbers.GetSupportedRegions() {
		codes[phonenumbers.GetCountryCodeForRegion(region)] = true
	}
	return codes
}

// regionOf is the country of numbers that begin so, where several share the code.
func regionOf(code int, digits string) string {
	if !slices.Contains(shared, code) {
		return ""
	}
	number, err := phonenumbers.Parse("+"+(digits + "2345678901")[:11], "")
	if err != nil {
		return ""
	}
	region := phonenumbers.GetRegionCodeForNumber(number)
	if region == "ZZ" {
		return ""
	}
	return region
}
