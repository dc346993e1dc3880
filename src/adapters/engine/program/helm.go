package main

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// renderHelm renders as `helm install` does before it sends anything.
func renderHelm(request HelmRequest, tree *tree, limit int, ask func(Lookup, int) *LookupAnswer) (any, *Failure) {
	asked := &lookups{ask: ask, found: map[Lookup]*LookupAnswer{}}
	result, err := newHelmRendering(request, asked).result(tree)
	if err != nil {
		failure := failureOf(err)
		if asked.failed {
			failure.Cause = "lookup"
		}
		return nil, failure
	}
	if sizeOfFiles(result.Files)+sizeOfFiles(result.CRDs) > limit {
		return nil, &Failure{Message: fmt.Sprintf("the chart renders to more than %d bytes", limit), Cause: "bounds"}
	}
	return result, nil
}

type helmRendering struct {
	request  HelmRequest
	lookups  *lookups
	observer *observer
}

func newHelmRendering(request HelmRequest, lookups *lookups) *helmRendering {
	return &helmRendering{request, lookups, &observer{names: map[string]bool{}}}
}

func (r *helmRendering) result(tree *tree) (*HelmResult, error) {
	parsed, err := tree.parsedChart()
	if err != nil {
		return nil, err
	}
	c, texts, err := r.render(parsed)
	if err != nil {
		return nil, err
	}
	result := &HelmResult{
		Chart:   infoOf(c.Metadata),
		Files:   filesOf(texts),
		CRDs:    crdsOf(c),
		Lookups: append([]Lookup{}, r.lookups.made...),
		Varying: Varying{Functions: r.observer.functions(), Files: []string{}},
	}
	if len(result.Varying.Functions) > 0 {
		result.Varying.Files = r.differing(parsed, texts)
	}
	return result, nil
}

// differing renders again and returns the files that differ, or all files if that fails.
func (r *helmRendering) differing(parsed *parsedChart, texts map[string]string) []string {
	r.observer.again = true
	_, others, err := r.render(parsed)
	paths := []string{}
	for path, text := range texts {
		if strings.TrimSpace(text) != "" && (err != nil || others[path] != text) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

func (r *helmRendering) render(parsed *parsedChart) (*chart.Chart, map[string]string, error) {
	c := cloneChart(parsed.chart)
	values, err := r.values(c, &parsed.schemas)
	if err != nil {
		return nil, nil, err
	}
	texts, err := r.observer.observe(func() (map[string]string, error) {
		if r.request.Lookup {
			return engine.RenderWithClientProvider(c, values, r.lookups)
		}
		return engine.Render(c, values)
	})
	for path := range texts {
		if strings.HasSuffix(path, "NOTES.txt") {
			delete(texts, path)
		}
	}
	return c, texts, err
}

func (r *helmRendering) values(c *chart.Chart, schemas *schemaCache) (chartutil.Values, error) {
	given := map[string]any{}
	if err := json.Unmarshal(r.request.Values, &given); err != nil {
		return nil, err
	}
	if err := checkChart(c, r.request.Release.Name); err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(c, given); err != nil {
		return nil, err
	}
	capabilities, err := r.capabilities()
	if err != nil {
		return nil, err
	}
	values, err := chartutil.ToRenderValuesWithSchemaValidation(c, given, r.release(), capabilities, true)
	if err != nil {
		return nil, err
	}
	if r.request.SkipsSchema {
		return values, checkKubeVersion(c, capabilities)
	}
	if err := schemas.checkValues(c, values["Values"].(chartutil.Values)); err != nil {
		return nil, fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s", err)
	}
	return values, checkKubeVersion(c, capabilities)
}

func (r *helmRendering) release() chartutil.ReleaseOptions {
	release := r.request.Release
	return chartutil.ReleaseOptions{
		Name:      release.Name,
		Namespace: release.Namespace,
		Revision:  max(release.Revision, 1),
		IsInstall: !release.IsUpgrade,
		IsUpgrade: release.IsUpgrade,
	}
}

// The version is the API server's own, with any suffix after the numbers.
func (r *helmRendering) capabilities() (*chartutil.Capabilities, error) {
	version, err := chartutil.ParseKubeVersion(r.request.KubeVersion)
	if err != nil {
		return nil, fmt.Errorf("invalid kube version %q: %w", r.request.KubeVersion, err)
	}
	version.Version = "v" + strings.TrimPrefix(r.request.KubeVersion, "v")
	return &chartutil.Capabilities{
		KubeVersion: *version,
		APIVersions: r.request.APIVersions,
		HelmVersion: chartutil.DefaultCapabilities.HelmVersion,
	}, nil
}

// checkChart does the checks that the command line of Helm does first.
func checkChart(c *chart.Chart, release string) error {
	if err := chartutil.ValidateReleaseName(release); err != nil {
		return fmt.Errorf("release name %q: %w", release, err)
	}
	if kind := c.Metadata.Type; kind != "" && kind != "application" {
		return fmt.Errorf("%s charts are not installable", kind)
	}
	var missing []string
	for _, dependency := range c.Metadata.Dependencies {
		if !slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == dependency.Name }) {
			missing = append(missing, dependency.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("found in Chart.yaml, but missing in charts/ directory: %s", strings.Join(missing, ", "))
	}
	return nil
}

func checkKubeVersion(c *chart.Chart, capabilities *chartutil.Capabilities) error {
	wanted, version := c.Metadata.KubeVersion, capabilities.KubeVersion.String()
	if wanted == "" || chartutil.IsCompatibleRange(wanted, version) {
		return nil
	}
	return fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, version)
}

// filesOf omits partials and empty files, and sorts by path.
func filesOf(texts map[string]string) []File {
	files := []File{}
	for name, text := range texts {
		if !strings.HasPrefix(path.Base(name), "_") && strings.TrimSpace(text) != "" {
			files = append(files, File{name, text})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

func crdsOf(c *chart.Chart) []File {
	files := []File{}
	for _, crd := range c.CRDObjects() {
		files = append(files, File{crd.Filename, string(crd.File.Data)})
	}
	return files
}

func infoOf(metadata *chart.Metadata) ChartInfo {
	return ChartInfo{metadata.Name, metadata.Version, metadata.AppVersion, metadata.Deprecated}
}

func sizeOfFiles(files []File) int {
	size := 0
	for _, file := range files {
		size += len(file.Text)
	}
	return size
}
