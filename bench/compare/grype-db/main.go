// A grype database of OSV records, written by grype's own writer, so that grype can be asked the same questions as the
// others without a network.
//
//	grype-db ZIP... DIR     writes DIR/vulnerability.db
//	tar -C DIR -czf db.tar.gz vulnerability.db && grype db import db.tar.gz
//
// Each ZIP holds the records of one ecosystem. Ranges become constraints; enumerated versions do only where a package has
// no range.
package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	db "github.com/anchore/grype/grype/db/v6"
	"github.com/anchore/grype/grype/db/v6/name"
	"github.com/anchore/syft/syft/pkg"
)

type record struct {
	ID        string     `json:"id"`
	Aliases   []string   `json:"aliases"`
	Details   string     `json:"details"`
	Modified  time.Time  `json:"modified"`
	Published time.Time  `json:"published"`
	Withdrawn *time.Time `json:"withdrawn"`
	Affected  []struct {
		Package struct {
			Ecosystem string `json:"ecosystem"`
			Name      string `json:"name"`
		} `json:"package"`
		Ranges []struct {
			Type   string `json:"type"`
			Events []struct {
				Introduced   string `json:"introduced"`
				Fixed        string `json:"fixed"`
				LastAffected string `json:"last_affected"`
			} `json:"events"`
		} `json:"ranges"`
		Versions []string `json:"versions"`
	} `json:"affected"`
}

// kind tells how grype names an ecosystem, and the versions in it.
type kind struct {
	pkg    pkg.Type
	format string
}

var kinds = map[string]kind{
	"PyPI":           {pkg.PythonPkg, "python"},
	"Go":             {pkg.GoModulePkg, "go"},
	"crates" + ".io": {pkg.RustPkg, "semver"},
}

// written is when: one moment, since a provider is one row.
var written = time.Now()

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: grype-db ZIP... DIR")
		os.Exit(2)
	}
	last := len(os.Args) - 1
	store, err := db.NewWriter(db.Config{DBDirPath: os.Args[last]})
	check(err)
	check(store.SetDBMetadata())
	for _, path := range os.Args[1:last] {
		add(store, path)
	}
	check(store.Close())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "grype-db:", err)
		os.Exit(1)
	}
}

func add(store db.ReadWriter, path string) {
	archive, err := zip.OpenReader(path)
	check(err)
	defer archive.Close()
	count := 0
	for _, member := range archive.File {
		if !strings.HasSuffix(member.Name, ".json") {
			continue
		}
		file, err := member.Open()
		check(err)
		var one record
		check(json.NewDecoder(file).Decode(&one))
		file.Close()
		packages := affected(one)
		if one.Withdrawn != nil || len(packages) == 0 {
			continue
		}
		handle := db.VulnerabilityHandle{
			Name: one.ID, Status: db.VulnerabilityActive, PublishedDate: &one.Published, ModifiedDate: &one.Modified,
			// The name of grype's own source for the records of language packages, which its matchers ask for.
			ProviderID: "github",
			Provider:   &db.Provider{ID: "github", Version: "1", Processor: "grype-db", DateCaptured: &written},
			BlobValue:  &db.VulnerabilityBlob{ID: one.ID, Description: one.Details, Aliases: one.Aliases},
		}
		check(store.AddVulnerabilities(&handle))
		for i := range packages {
			packages[i].VulnerabilityID = handle.ID
			check(store.AddAffectedPackages(&packages[i]))
		}
		count++
	}
	fmt.Fprintln(os.Stderr, path, count, "records")
}

// affected gives one entry for each package that is affected, with all its ranges.
func affected(one record) []db.AffectedPackageHandle {
	var all []db.AffectedPackageHandle
	for _, entry := range one.Affected {
		kind, known := kinds[entry.Package.Ecosystem]
		if !known {
			continue
		}
		var ranges []db.Range
		for _, each := range entry.Ranges {
			if each.Type == "GIT" {
				continue
			}
			open, from := false, ""
			end := func(bound, fix string) {
				constraint := bound
				if from != "" {
					constraint = strings.TrimSuffix(">= "+from+", "+bound, ", ")
				}
				one := db.Range{Version: db.Version{Type: kind.format, Constraint: constraint}, Fix: &db.Fix{State: db.NotFixedStatus}}
				if fix != "" {
					one.Fix = &db.Fix{State: db.FixedStatus, Version: fix}
				}
				ranges = append(ranges, one)
				open, from = false, ""
			}
			for _, event := range each.Events {
				switch {
				case event.Introduced != "":
					open, from = true, event.Introduced
					if event.Introduced == "0" {
						from = ""
					}
				case event.Fixed != "":
					end("< "+event.Fixed, event.Fixed)
				case event.LastAffected != "":
					end("<= "+event.LastAffected, "")
				}
			}
			if open {
				end("", "")
			}
		}
		if len(ranges) == 0 {
			for _, version := range entry.Versions {
				ranges = append(ranges, db.Range{Version: db.Version{Type: kind.format, Constraint: "= " + version}})
			}
		}
		all = append(all, db.AffectedPackageHandle{
			Package:   &db.Package{Ecosystem: string(kind.pkg), Name: name.Normalize(entry.Package.Name, kind.pkg)},
			BlobValue: &db.PackageBlob{CVEs: one.Aliases, Ranges: ranges},
		})
	}
	return all
}
