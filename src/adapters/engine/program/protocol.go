package main

import "encoding/json"

// Request is one line of standard input: a rendering to do, or the answer to a lookup.
type Request struct {
	ID int64 `json:"id"`
	// Render is helm or kustomize.
	Render string `json:"render"`
	// Tree is the digest of the files to render from.
	Tree string `json:"tree"`
	// Files are the tree's files by path, sent only after the previous answer had Missing set.
	Files     map[string][]byte `json:"files"`
	Helm      HelmRequest       `json:"helm"`
	Kustomize KustomizeRequest  `json:"kustomize"`
	// LookupOf is the id of the rendering that asked; if set, the line answers a lookup.
	LookupOf int64         `json:"lookupOf"`
	Lookup   *LookupAnswer `json:"lookup"`
}

// HelmRequest says how to render a chart.
type HelmRequest struct {
	Values      json.RawMessage `json:"values"`
	Release     Release         `json:"release"`
	KubeVersion string          `json:"kubeVersion"`
	APIVersions []string        `json:"apiVersions"`
	// Lookup enables lookups of live objects; otherwise they find nothing.
	Lookup bool `json:"lookup"`
	// SkipsSchema leaves the values unchecked by the charts' values.schema.json.
	SkipsSchema bool `json:"skipsSchema"`
}

// Release is the .Release of templates.
type Release struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	IsUpgrade bool   `json:"isUpgrade"`
}

// KustomizeRequest names the directory of the kustomization to build.
type KustomizeRequest struct {
	Directory string `json:"directory"`
}

// Answer is one line of standard output. The fields set determine its kind.
type Answer struct {
	ID int64 `json:"id"`
	// Missing asks for the files of the tree.
	Missing bool            `json:"missing,omitempty"`
	Lookup  *LookupQuestion `json:"lookup,omitempty"`
	Error   *Failure        `json:"error,omitempty"`
	Result  any             `json:"result,omitempty"`
	// Fatal is the reason why the program exits; such an answer belongs to no request.
	Fatal string `json:"fatal,omitempty"`
}

// LookupQuestion asks for a live object, or for all of a kind if the name is empty.
type LookupQuestion struct {
	N int `json:"n"`
	Lookup
}

// Lookup holds the arguments of the template function of that name.
type Lookup struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// LookupAnswer holds the object, or the items of a list; neither if nothing exists.
type LookupAnswer struct {
	N      int             `json:"n"`
	Object json.RawMessage `json:"object"`
	Items  json.RawMessage `json:"items"`
	Error  string          `json:"error"`
}

// Failure is why a rendering has no result.
type Failure struct {
	Message string `json:"message"`
	// File is a template's path as in Helm's messages, or a file of the Kustomize tree.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Cause is input, lookup or bounds.
	Cause string `json:"cause"`
}

// File is one rendered file.
type File struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// ChartInfo holds fields of Chart.yaml.
type ChartInfo struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion"`
	Deprecated bool   `json:"deprecated"`
}

// HelmResult is a rendered chart.
type HelmResult struct {
	Chart   ChartInfo `json:"chart"`
	Files   []File    `json:"files"`
	CRDs    []File    `json:"crds"`
	Lookups []Lookup  `json:"lookups"`
	Varying Varying   `json:"varying"`
}

// Varying holds the differences between renderings of the same input.
type Varying struct {
	// Functions are the called functions with a different result at each call.
	Functions []string `json:"functions"`
	// Files are the paths of the rendered files that differ.
	Files []string `json:"files"`
}

// KustomizeResult is a built kustomization: its objects as a stream of YAML documents.
type KustomizeResult struct {
	Text string `json:"text"`
}
