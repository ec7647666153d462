// Package migrations holds the schema as goose files: common ones for both
// engines, and a folder for each engine with what only that engine has. Version
// numbers run over both folders. Forward only: expand, backfill, contract.
package migrations

import (
	"embed"
	"io/fs"
	"sort"
)

//go:embed common/*.sql sqlite/*.sql postgres/*.sql
var files embed.FS

// For returns the files of one engine, "sqlite" or "postgres", as one folder.
func For(engine string) fs.FS { return overlay{engine} }

// overlay shows two folders as one.
type overlay struct{ engine string }

// Open implements fs.FS. The folder of the engine comes first.
func (o overlay) Open(name string) (fs.File, error) {
	if f, err := files.Open(o.engine + "/" + name); err == nil && name != "." {
		return f, nil
	}
	return files.Open("common/" + name)
}

// ReadDir implements fs.ReadDirFS.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	var all []fs.DirEntry
	for _, folder := range []string{"common", o.engine} {
		entries, err := files.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name() < all[j].Name() })
	return all, nil
}
