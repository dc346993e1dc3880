package main

import (
	"fmt"
	"reflect"
	"strings"
)

const (
	// Most items of a list that a function makes from a number.
	mostItems = 1_000_000
	// Most bytes of a text that a function makes longer by a number.
	mostBytes = 16 << 20
)

// A function that makes a result as large as a number says: it would take all memory in one step, before
// watchMemory can see it. Its size is looked at first.
var sizedFunctions = map[string]func(args []reflect.Value) (size, most int64){
	"until": func(args []reflect.Value) (int64, int64) { return steps(0, number(args[0]), 1), mostItems },
	"untilStep": func(args []reflect.Value) (int64, int64) {
		return steps(number(args[0]), number(args[1]), number(args[2])), mostItems
	},
	"seq": func(args []reflect.Value) (int64, int64) { return sequence(args[0]), mostItems },
	"repeat": func(args []reflect.Value) (int64, int64) {
		return product(number(args[0]), int64(args[1].Len())), mostBytes
	},
	"indent":       indented,
	"nindent":      indented,
	"randAlpha":    ofLength,
	"randAlphaNum": ofLength,
	"randAscii":    ofLength,
	"randBytes":    ofLength,
	"randNumeric":  ofLength,
	"replace":      replaced,
}

func init() {
	for name, size := range sizedFunctions {
		sprigFunctions[name] = sized(name, sprigFunctions[name], size)
	}
}

// sized panics for a size that is too large: the template ends with that as its error.
func sized(name string, function any, size func([]reflect.Value) (int64, int64)) any {
	value := reflect.ValueOf(function)
	made := reflect.MakeFunc(value.Type(), func(args []reflect.Value) []reflect.Value {
		if n, most := size(args); n > most {
			panic(fmt.Errorf("%s makes more than %d", name, most))
		}
		if value.Type().IsVariadic() {
			return value.CallSlice(args)
		}
		return value.Call(args)
	})
	return made.Interface()
}

func number(value reflect.Value) int64 {
	if value.CanInt() {
		return value.Int()
	}
	return 0
}

func ofLength(args []reflect.Value) (int64, int64) {
	return number(args[0]), mostBytes
}

func indented(args []reflect.Value) (int64, int64) {
	lines := int64(strings.Count(args[1].String(), "\n")) + 1
	return product(number(args[0]), lines), mostBytes
}

// old, new, text
func replaced(args []reflect.Value) (int64, int64) {
	old, text := args[0].String(), args[2].String()
	count := int64(strings.Count(text, old))
	return int64(len(text)) + product(count, int64(args[1].Len()-len(old))), mostBytes
}

func steps(from, to, step int64) int64 {
	if step == 0 {
		return 0
	}
	return int64(min((float64(to)-float64(from))/float64(step), 1e18))
}

// The arguments of seq: last; first and last; first, step and last.
func sequence(params reflect.Value) int64 {
	at := func(index int) int64 { return number(params.Index(index)) }
	switch params.Len() {
	case 1:
		return max(steps(0, at(0), 1), steps(at(0), 0, 1))
	case 2:
		return max(steps(at(0), at(1), 1), steps(at(1), at(0), 1))
	case 3:
		return steps(at(0), at(2), at(1))
	}
	return 0
}

// product of a number that may be anything and a size, without overflow.
func product(count, size int64) int64 {
	if count <= 0 || size <= 0 {
		return 0
	}
	if count > (1<<62)/size {
		return 1 << 62
	}
	return count * size
}
