package main

import (
	"bytes"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "unsafe" // for go:linkname

	_ "github.com/Masterminds/sprig/v3"
)

// Helm's engine takes its functions from here and accepts no others.
//
//go:linkname sprigFunctions github.com/Masterminds/sprig/v3.genericMap
var sprigFunctions map[string]any

// Functions with a different result at each call.
var varyingFunctions = []string{
	"ago", "bcrypt", "encryptAES", "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert",
	"genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "htpasswd", "now", "randAlpha",
	"randAlphaNum", "randAscii", "randBytes", "randInt", "randNumeric", "shuffle", "uuidv4",
}

// Functions that use the current time if the argument of that index is no time.
var datingFunctions = map[string]int{
	"date": 1, "dateInZone": 1, "date_in_zone": 1, "htmlDate": 0, "htmlDateInZone": 0,
}

func init() {
	always := func([]reflect.Value) bool { return true }
	for _, name := range varyingFunctions {
		sprigFunctions[name] = watched(name, sprigFunctions[name], always)
	}
	for name, index := range datingFunctions {
		sprigFunctions[name] = watched(name, sprigFunctions[name], func(args []reflect.Value) bool {
			return !isTime(args[index].Interface())
		})
	}
	sprigFunctions["durationRound"] = watched("durationRound", sprigFunctions["durationRound"],
		func(args []reflect.Value) bool {
			_, ok := args[0].Interface().(time.Time)
			return ok
		})
	// sprig returns these in the random order of Go maps.
	sprigFunctions["keys"] = sortedKeys
	sprigFunctions["values"] = sortedValues
}

// Accepts the types that dateInZone of sprig accepts.
func isTime(value any) bool {
	switch value.(type) {
	case time.Time, *time.Time, int64, int, int32:
		return true
	}
	return false
}

func sortedKeys(dicts ...map[string]any) []string {
	keys := []string{}
	for _, dict := range dicts {
		own := make([]string, 0, len(dict))
		for key := range dict {
			own = append(own, key)
		}
		slices.Sort(own)
		keys = append(keys, own...)
	}
	return keys
}

func sortedValues(dict map[string]any) []any {
	values := []any{}
	for _, key := range sortedKeys(dict) {
		values = append(values, dict[key])
	}
	return values
}

// observer follows the two renderings of one request. The first gives the answer. The second runs
// only if varying functions were called, gives them other results, and so shows which files differ.
type observer struct {
	results [][]reflect.Value
	names   map[string]bool
	again   bool
	next    int
}

// observers holds the active observers by goroutine: a template executes on the goroutine that
// renders it.
var observers sync.Map

// observe runs `render` with the observer at work.
func (o *observer) observe(render func() (map[string]string, error)) (map[string]string, error) {
	id := goroutine()
	observers.Store(id, o)
	defer observers.Delete(id)
	return render()
}

func (o *observer) functions() []string {
	names := []string{}
	for name := range o.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func watched(name string, function any, varies func([]reflect.Value) bool) any {
	original := reflect.ValueOf(function)
	return reflect.MakeFunc(original.Type(), func(args []reflect.Value) []reflect.Value {
		found, ok := observers.Load(goroutine())
		if !ok || !varies(args) {
			return original.Call(args)
		}
		return found.(*observer).see(name, func() []reflect.Value { return original.Call(args) })
	}).Interface()
}

func (o *observer) see(name string, call func() []reflect.Value) []reflect.Value {
	results := call()
	if !o.again {
		o.names[name] = true
		o.results = append(o.results, results)
		return results
	}
	if o.next < len(o.results) {
		results = other(o.results[o.next], results, call)
		o.next++
	}
	return results
}

// other returns results that differ from those before: later times, other random values.
func other(before, results []reflect.Value, call func() []reflect.Value) []reflect.Value {
	if t, ok := results[0].Interface().(time.Time); ok {
		return []reflect.Value{reflect.ValueOf(t.Add(400*24*time.Hour + time.Hour + time.Minute + time.Second))}
	}
	for range 8 {
		if !reflect.DeepEqual(before[0].Interface(), results[0].Interface()) {
			return results
		}
		results = call()
	}
	if text, ok := results[0].Interface().(string); ok {
		results[0] = reflect.ValueOf(strings.Map(nextDigit, text)).Convert(results[0].Type())
	}
	return results
}

func nextDigit(char rune) rune {
	if char < '0' || char > '9' {
		return char
	}
	return '0' + (char-'0'+1)%10
}

// goroutine returns the id of the calling goroutine: "goroutine 18 [running]:".
func goroutine() uint64 {
	var buffer [64]byte
	fields := bytes.Fields(buffer[:runtime.Stack(buffer[:], false)])
	id, _ := strconv.ParseUint(string(fields[1]), 10, 64)
	return id
}
