//go:build tools

// Package renderers has Go keep what the programs to compare with are made of: they are built by
// their import paths.
package renderers

import (
	_ "helm.sh/helm/v3/cmd/helm"
	_ "helm.sh/helm/v4/cmd/helm"
	_ "sigs.k8s.io/kustomize/kustomize/v5"
)
