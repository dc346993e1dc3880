package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"
)

// parsedChart is a loaded chart with its compiled schemas.
type parsedChart struct {
	chart   *chart.Chart
	schemas schemaCache
}

func (t *tree) parsedChart() (*parsedChart, error) {
	return t.chart.get(func() (*parsedChart, error) {
		loaded, err := loadChart(t.files)
		if err != nil {
			return nil, err
		}
		sortDependencies(loaded)
		return &parsedChart{chart: loaded}, nil
	})
}

// loadChart loads a packaged chart if the tree is one .tgz file, else the tree as a chart
// directory.
func loadChart(files map[string][]byte) (*chart.Chart, error) {
	if len(files) == 1 {
		for name, data := range files {
			if strings.HasSuffix(name, ".tgz") {
				return loader.LoadArchive(bytes.NewReader(data))
			}
		}
	}
	buffered, err := chartFiles(files)
	if err != nil {
		return nil, err
	}
	return loader.LoadFiles(buffered)
}

// chartFiles does for a tree what loader.LoadDir does for a directory.
func chartFiles(files map[string][]byte) ([]*loader.BufferedFile, error) {
	rules, err := ignoreRules(files[ignore.HelmIgnore])
	if err != nil {
		return nil, err
	}
	var buffered []*loader.BufferedFile
	for _, name := range walkOrder(files) {
		if isIgnored(rules, name) {
			continue
		}
		data := files[name]
		if int64(len(data)) > loader.MaxDecompressedFileSize {
			return nil, fmt.Errorf("chart file %q is larger than the maximum file size %d", name, loader.MaxDecompressedFileSize)
		}
		data = bytes.TrimPrefix(data, []byte{0xEF, 0xBB, 0xBF})
		buffered = append(buffered, &loader.BufferedFile{Name: name, Data: data})
	}
	return buffered, nil
}

func ignoreRules(text []byte) (*ignore.Rules, error) {
	rules, err := ignore.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	rules.AddDefaults()
	return rules, nil
}

// isIgnored checks the parent directories first, from the top.
func isIgnored(rules *ignore.Rules, name string) bool {
	for i, char := range name {
		if char == '/' && rules.Ignore(name[:i], entry{name[:i], fs.ModeDir}) {
			return true
		}
	}
	return rules.Ignore(name, entry{name, 0})
}

// walkOrder sorts the paths as a directory walk does.
func walkOrder(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return strings.ReplaceAll(names[i], "/", "\x00") < strings.ReplaceAll(names[j], "/", "\x00")
	})
	return names
}

// Helm loads subcharts in no particular order; sorting makes a chart the same each time.
func sortDependencies(c *chart.Chart) {
	dependencies := append([]*chart.Chart(nil), c.Dependencies()...)
	sort.SliceStable(dependencies, func(i, j int) bool {
		a, b := dependencies[i].Metadata, dependencies[j].Metadata
		return a.Name < b.Name || a.Name == b.Name && a.Version < b.Version
	})
	c.SetDependencies(dependencies...)
	for _, dependency := range dependencies {
		sortDependencies(dependency)
	}
}

// entry is a file's or directory's name and kind, all that ignore rules read.
type entry struct {
	path string
	mode fs.FileMode
}

func (e entry) Name() string       { return e.path[strings.LastIndex(e.path, "/")+1:] }
func (e entry) Size() int64        { return 0 }
func (e entry) Mode() fs.FileMode  { return e.mode }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.mode.IsDir() }
func (e entry) Sys() any           { return nil }
