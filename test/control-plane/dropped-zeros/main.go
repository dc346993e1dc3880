// Command dropped-zeros prints, as JSON, the fields of Kubernetes' own types
// whose false, 0 and "" never reach an answer of the API server: those that are
// no pointers and have omitempty. By the type's name in the OpenAPI document,
// for all types that the specs of stable kinds are made of.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	aggregator "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

var stable = regexp.MustCompile(`^v\d+$`)

type modelName interface{ OpenAPIModelName() string }

func main() {
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, apiextensions.AddToScheme, aggregator.AddToScheme} {
		if err := add(kinds); err != nil {
			log.Fatal(err)
		}
	}
	found := map[string]string{}
	seen := map[reflect.Type]bool{}
	for kind, goType := range kinds.AllKnownTypes() {
		_, isObject := reflect.New(goType).Interface().(meta.Object)
		if isObject && stable.MatchString(kind.Version) {
			visit(goType, seen, found)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		log.Fatal(err)
	}
}

// visit notes a type's fields and those of the types below it.
func visit(goType reflect.Type, seen map[reflect.Type]bool, found map[string]string) {
	switch goType.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		visit(goType.Elem(), seen, found)
	case reflect.Struct:
		if !seen[goType] {
			seen[goType] = true
			visitFields(goType, seen, found)
		}
	}
}

func visitFields(goType reflect.Type, seen map[reflect.Type]bool, found map[string]string) {
	dropped := droppedIn(goType, func(below reflect.Type) { visit(below, seen, found) })
	slices.Sort(dropped)
	if named, ok := reflect.Zero(goType).Interface().(modelName); ok && len(dropped) > 0 {
		found[named.OpenAPIModelName()] = strings.Join(dropped, " ")
	}
}

// droppedIn gives the names of a struct's fields, those of embedded structs included.
func droppedIn(goType reflect.Type, visit func(reflect.Type)) []string {
	var dropped []string
	for i := range goType.NumField() {
		field := goType.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "status" || !field.IsExported() || field.Type == reflect.TypeFor[meta.TypeMeta]():
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			dropped = append(dropped, droppedIn(field.Type, visit)...)
		case isScalar(field.Type) && strings.Contains(options, "omitempty"):
			dropped = append(dropped, name)
		default:
			visit(field.Type)
		}
	}
	return dropped
}

func isScalar(goType reflect.Type) bool {
	switch goType.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int32, reflect.Int64:
		return true
	}
	return false
}
