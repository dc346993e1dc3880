package main

import (
	"context"
	"errors"

	"helm.sh/helm/v3/pkg/engine"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apijson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/dynamic"
)

// lookups asks the parent for live objects, each once per request, and records the questions.
type lookups struct {
	ask    func(Lookup, int) *LookupAnswer
	made   []Lookup
	found  map[Lookup]*LookupAnswer
	failed bool
}

var _ engine.ClientProvider = (*lookups)(nil)

// GetClientFor reports every kind as namespaced: the parent knows the cluster-scoped ones.
func (l *lookups) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	return lookupClient{lookups: l, kind: Lookup{APIVersion: apiVersion, Kind: kind}}, true, nil
}

func (l *lookups) get(lookup Lookup) (*LookupAnswer, error) {
	answer, ok := l.found[lookup]
	if !ok {
		answer = l.ask(lookup, len(l.made)+1)
		l.made = append(l.made, lookup)
		l.found[lookup] = answer
	}
	if answer.Error != "" {
		l.failed = true
		return nil, errors.New(answer.Error)
	}
	return answer, nil
}

// lookupClient implements the methods that Helm calls; the others of the interface are nil.
type lookupClient struct {
	dynamic.NamespaceableResourceInterface
	lookups *lookups
	kind    Lookup
}

func (c lookupClient) Namespace(namespace string) dynamic.ResourceInterface {
	c.kind.Namespace = namespace
	return c
}

func (c lookupClient) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	lookup := c.kind
	lookup.Name = name
	answer, err := c.lookups.get(lookup)
	if err != nil {
		return nil, err
	}
	object := map[string]any{}
	if len(answer.Object) > 0 && string(answer.Object) != "null" {
		err = apijson.Unmarshal(answer.Object, &object)
	}
	return &unstructured.Unstructured{Object: object}, err
}

func (c lookupClient) List(_ context.Context, _ metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	answer, err := c.lookups.get(c.kind)
	if err != nil {
		return nil, err
	}
	var items []map[string]any
	if len(answer.Items) > 0 {
		if err := apijson.Unmarshal(answer.Items, &items); err != nil {
			return nil, err
		}
	}
	result := &unstructured.UnstructuredList{Object: map[string]any{
		"apiVersion": c.kind.APIVersion,
		"kind":       c.kind.Kind + "List",
		"metadata":   map[string]any{},
	}}
	for _, item := range items {
		result.Items = append(result.Items, unstructured.Unstructured{Object: item})
	}
	return result, nil
}
