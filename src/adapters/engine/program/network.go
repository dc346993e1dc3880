package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

var errRemote = errors.New("the renderer fetches nothing")

type refusal struct{}

func (refusal) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errRemote
}

// refuseNetwork blocks the default HTTP client, transport and resolver of Go.
func refuseNetwork() {
	http.DefaultTransport = refusal{}
	http.DefaultClient = &http.Client{Transport: refusal{}}
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial: func(_ context.Context, network, address string) (net.Conn, error) {
			return nil, fmt.Errorf("%s to %s: %w", network, address, errRemote)
		},
	}
}
