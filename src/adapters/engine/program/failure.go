package main

import (
	"regexp"
	"strconv"
	"strings"
)

// Places in Helm's messages, the innermost of a chain last:
//
//	parse error at (web/templates/a.yaml:3): …
//	execution error at (web/templates/a.yaml:3:4): …
//	template: web/templates/a.yaml:3:4: executing …
var templatePlace = regexp.MustCompile(`(?:error at \(|template: )([^\s():]+):(\d+)(?::\d+)?`)

// error in (web/templates/a.yaml), YAML parse error on web/templates/a.yaml
var filePlace = regexp.MustCompile(`error (?:in \(|on )([^\s():]+)`)

func failureOf(err error) *Failure {
	failure := &Failure{Message: strings.TrimSpace(err.Error()), Cause: "input"}
	if places := templatePlace.FindAllStringSubmatch(failure.Message, -1); places != nil {
		place := places[len(places)-1]
		failure.File = place[1]
		failure.Line, _ = strconv.Atoi(place[2])
	} else if place := filePlace.FindStringSubmatch(failure.Message); place != nil {
		failure.File = place[1]
	}
	return failure
}
