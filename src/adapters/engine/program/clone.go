package main

import "helm.sh/helm/v3/pkg/chart"

// cloneChart copies what rendering changes: the tree of charts, their metadata and values. Files
// are shared.
func cloneChart(c *chart.Chart) *chart.Chart {
	clone := &chart.Chart{
		Raw:       c.Raw,
		Metadata:  cloneMetadata(c.Metadata),
		Lock:      c.Lock,
		Templates: c.Templates,
		Schema:    c.Schema,
		Files:     c.Files,
	}
	if c.Values != nil {
		clone.Values = cloneValue(c.Values).(map[string]any)
	}
	for _, dependency := range c.Dependencies() {
		clone.AddDependency(cloneChart(dependency))
	}
	return clone
}

func cloneMetadata(metadata *chart.Metadata) *chart.Metadata {
	clone := *metadata
	if metadata.Dependencies != nil {
		clone.Dependencies = make([]*chart.Dependency, len(metadata.Dependencies))
	}
	for i, dependency := range metadata.Dependencies {
		if dependency != nil {
			copied := *dependency
			clone.Dependencies[i] = &copied
		}
	}
	return &clone
}

// cloneValue copies a value unmarshalled from JSON.
func cloneValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		clone := make(map[string]any, len(value))
		for key, element := range value {
			clone[key] = cloneValue(element)
		}
		return clone
	case []any:
		clone := make([]any, len(value))
		for i, element := range value {
			clone[i] = cloneValue(element)
		}
		return clone
	}
	return value
}
