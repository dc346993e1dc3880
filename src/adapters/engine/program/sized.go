package main

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

const (
	// Most items of a list that a function makes from a number.
	mostItems = 1_000_000
	// Most characters that fmt pads a text to.
	mostPadding = 1_000_000
)

// Most bytes of a text that a function makes from several, or longer by a number.
var mostBytes int64 = 16 << 20

// boundTexts makes texts shorter where there is little memory: some are held several times.
func boundTexts(memory uint64) {
	mostBytes = min(mostBytes, int64(memory/8))
}

// A function that makes a result as large as a number says, or as its arguments multiplied: it would take all
// memory in one step, before watchMemory can see it. Its size is looked at first.
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
	"join":         joined,
	"wrapWith":     wrapped,
	"printf":       formatted,

	"regexReplaceAll":            matched,
	"mustRegexReplaceAll":        matched,
	"regexReplaceAllLiteral":     matched,
	"mustRegexReplaceAllLiteral": matched,
}

func init() {
	sprigFunctions["printf"] = fmt.Sprintf // in place of that of text/template
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

// separator, list
func joined(args []reflect.Value) (int64, int64) {
	list := args[1]
	for list.Kind() == reflect.Interface {
		list = list.Elem()
	}
	if list.Kind() != reflect.Slice && list.Kind() != reflect.Array {
		return textSize(list), mostBytes
	}
	size := product(int64(list.Len()), int64(args[0].Len()))
	for index := 0; index < list.Len() && size <= mostBytes; index++ {
		size += textSize(list.Index(index))
	}
	return size, mostBytes
}

// width, separator, text
func wrapped(args []reflect.Value) (int64, int64) {
	text := args[2].String()
	breaks := int64(len(text))/max(1, number(args[0])) + int64(strings.Count(text, " "))
	return int64(len(text)) + product(breaks, int64(args[1].Len())), mostBytes
}

// format, arguments
func formatted(args []reflect.Value) (int64, int64) {
	format := args[0].String()
	var longest, star int64
	for index := 0; index < args[1].Len(); index++ {
		argument := args[1].Index(index).Elem()
		longest = max(longest, textSize(argument))
		if argument.IsValid() && argument.CanInt() {
			star = max(star, padding(argument.Int()))
		}
	}
	size := int64(len(format))
	for index := 0; index < len(format) && size <= mostBytes; index++ {
		if format[index] == '%' {
			size += max(longest, widest(format[index+1:], star))
		}
	}
	return size, mostBytes
}

// widest is the largest width or precision of a verb.
func widest(verb string, star int64) int64 {
	var most, n int64
	for _, char := range []byte(verb) {
		switch {
		case char >= '0' && char <= '9':
			n = min(n*10+int64(char-'0'), mostPadding+1)
		case char == '*':
			most = max(most, star)
		case strings.IndexByte("+-# .[]", char) < 0:
			return max(most, padding(n))
		default:
			most, n = max(most, padding(n)), 0
		}
	}
	return max(most, padding(n))
}

// fmt ignores a larger one.
func padding(n int64) int64 {
	n = max(n, -n)
	if n < 0 || n > mostPadding {
		return 0
	}
	return n
}

// expression, text, replacement
func matched(args []reflect.Value) (int64, int64) {
	expression, text, with := args[0].String(), args[1].String(), args[2].String()
	size := int64(len(text)) * int64(1+strings.Count(with, "$"))
	if size+product(int64(len(text))+1, int64(len(with))) <= mostBytes {
		return 0, mostBytes
	}
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return 0, mostBytes // the function itself says so
	}
	compiled.ReplaceAllStringFunc(text, func(string) string {
		if size <= mostBytes {
			size += int64(len(with))
		}
		return ""
	})
	return size, mostBytes
}

// The size of a value as text, if it is one; others are small, or are written piece by piece.
func textSize(value reflect.Value) int64 {
	for value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	if value.Kind() == reflect.String || value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Uint8 {
		return int64(value.Len())
	}
	return 0
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
