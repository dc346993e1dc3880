package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// server answers requests, each in a goroutine of its own; the parent bounds how many there are.
type server struct {
	output *json.Encoder
	trees  *treeCache
	limit  int
	busy   *workload

	writing sync.Mutex
	waiting sync.Map // of id and number to the channel that a lookup waits on
}

type lookupKey struct {
	id int64
	n  int
}

func newServer(output *json.Encoder, trees *treeCache, limit int) *server {
	output.SetEscapeHTML(false)
	return &server{output: output, trees: trees, limit: limit, busy: newWorkload()}
}

func (s *server) serve(requests *json.Decoder) {
	for {
		var request Request
		if err := requests.Decode(&request); err != nil {
			return // the parent has closed the pipe, or is out of its mind
		}
		if request.LookupOf != 0 {
			s.resume(request)
		} else {
			go s.answer(request)
		}
	}
}

func (s *server) answer(request Request) {
	s.busy.begin()
	tree := s.trees.get(request.Tree, request.Files)
	if tree == nil {
		s.end(Answer{ID: request.ID, Missing: true})
		return
	}
	result, failure := s.render(request, tree)
	if failure != nil {
		s.end(Answer{ID: request.ID, Error: failure})
		return
	}
	s.end(Answer{ID: request.ID, Result: result})
}

// A panic ends one rendering, not the program.
func (s *server) render(request Request, tree *tree) (result any, failure *Failure) {
	defer func() {
		if r := recover(); r != nil {
			result, failure = nil, failureOf(fmt.Errorf("rendering panicked: %v", r))
		}
	}()
	switch request.Render {
	case "helm":
		return renderHelm(request.Helm, tree, s.limit, s.asker(request))
	case "kustomize":
		return renderKustomize(request.Kustomize, tree, s.limit)
	}
	return nil, failureOf(fmt.Errorf("there is no %q to render with", request.Render))
}

// asker gives the function that asks the parent for live objects, nil where it has none.
func (s *server) asker(request Request) func(Lookup, int) *LookupAnswer {
	if !request.Helm.Lookup {
		return nil
	}
	return func(lookup Lookup, n int) *LookupAnswer {
		key := lookupKey{request.ID, n}
		answers := make(chan *LookupAnswer, 1)
		s.waiting.Store(key, answers)
		s.write(Answer{ID: request.ID, Lookup: &LookupQuestion{N: n, Lookup: lookup}})
		return <-answers
	}
}

func (s *server) resume(request Request) {
	if request.Lookup == nil {
		return
	}
	if answers, ok := s.waiting.LoadAndDelete(lookupKey{request.LookupOf, request.Lookup.N}); ok {
		answers.(chan *LookupAnswer) <- request.Lookup
	}
}

func (s *server) write(answer Answer) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.encode(answer)
}

// end writes the last answer of a rendering. Whoever holds `writing` sees the same renderings go on
// as the parent does.
func (s *server) end(answer Answer) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.encode(answer)
	s.busy.end()
}

func (s *server) encode(answer Answer) {
	if err := s.output.Encode(answer); err != nil {
		os.Exit(1) // nobody reads any more
	}
}

// giveUp says why and ends the program, unless it can't be said soon. The parent blames a rendering
// that goes on alone: where another one has ended since there were `ended`, it may have been that.
func (s *server) giveUp(reason string, ended int) {
	// A writer that waits for the parent, who may not be reading, holds nobody up.
	late := time.AfterFunc(time.Second, func() { os.Exit(3) })
	s.writing.Lock()
	defer s.writing.Unlock()
	if goOn, endedNow := s.busy.counts(); goOn < 2 && endedNow != ended {
		late.Stop()
		return
	}
	s.encode(Answer{Fatal: reason})
	os.Exit(3)
}
