package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/chart"
)

const schemaURL = "file:///values.schema.json"

// schemaCache keeps compiled schemas by their text.
type schemaCache struct {
	lock    sync.Mutex
	schemas map[string]*jsonschema.Schema
}

// checkValues does what chartutil.ValidateAgainstSchema does, with the same messages, but refuses a
// schema that refers to another file or to the network, which Helm would fetch.
func (s *schemaCache) checkValues(c *chart.Chart, values map[string]any) error {
	var problems strings.Builder
	if c.Schema != nil {
		if err := s.checkOne(c.Schema, values); err != nil {
			fmt.Fprintf(&problems, "%s:\n%s", c.Name(), err)
		}
	}
	for _, dependency := range c.Dependencies() {
		raw, ok := values[dependency.Name()]
		if !ok || raw == nil {
			continue
		}
		inner, ok := raw.(map[string]any)
		if !ok {
			fmt.Fprintf(&problems, "%s:\ninvalid type for values: expected object (map), got %T\n", dependency.Name(), raw)
			continue
		}
		if err := s.checkValues(dependency, inner); err != nil {
			problems.WriteString(err.Error())
		}
	}
	if problems.Len() > 0 {
		return errors.New(problems.String())
	}
	return nil
}

func (s *schemaCache) checkOne(text []byte, values map[string]any) error {
	schema, err := s.compiled(text)
	if err != nil {
		return err
	}
	if values == nil {
		values = map[string]any{}
	}
	if err := schema.Validate(values); err != nil {
		var invalid *jsonschema.ValidationError
		if errors.As(err, &invalid) {
			sortCauses(invalid)
		}
		return errors.New(strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaURL+"#'\n") + "\n")
	}
	return nil
}

// The library lists causes in the random order of Go maps.
func sortCauses(invalid *jsonschema.ValidationError) {
	slices.SortStableFunc(invalid.Causes, func(a, b *jsonschema.ValidationError) int {
		return slices.Compare(a.InstanceLocation, b.InstanceLocation)
	})
	for _, cause := range invalid.Causes {
		sortCauses(cause)
	}
}

func (s *schemaCache) compiled(text []byte) (*jsonschema.Schema, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if schema, ok := s.schemas[string(text)]; ok {
		return schema, nil
	}
	schema, err := compileSchema(text)
	if err != nil {
		return nil, err
	}
	if s.schemas == nil {
		s.schemas = map[string]*jsonschema.Schema{}
	}
	s.schemas[string(text)] = schema
	return schema, nil
}

func compileSchema(text []byte) (schema *jsonschema.Schema, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("unable to validate schema: %s", r)
		}
	}()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{
		"file":  noLoader{},
		"http":  noLoader{},
		"https": noLoader{},
		"urn":   anyLoader{},
	})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return nil, err
	}
	return compiler.Compile(schemaURL)
}

type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s: %w; write its definitions into values.schema.json", url, errRemote)
}

// anyLoader accepts any value for a URN, as Helm does for one that it cannot resolve.
type anyLoader struct{}

func (anyLoader) Load(string) (any, error) { return true, nil }
