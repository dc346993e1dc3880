package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// server answers requests, each in its own goroutine; the parent limits their number.
type server struct {
	output *json.Encoder
	trees  *treeCache
	limit  int
	busy   *workload

	writing sync.Mutex
	waiting sync.Map // lookupKey to the channel of the waiting lookup
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
			return // the parent closed the pipe, or sent invalid JSON
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

// asker returns the function that asks the parent for live objects, nil if lookups are disabled.
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

// end writes the last answer of a rendering. Under the lock `writing`, the counts of renderings
// match what the parent knows.
func (s *server) end(answer Answer) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.encode(answer)
	s.busy.end()
}

func (s *server) encode(answer Answer) {
	if err := s.output.Encode(answer); err != nil {
		os.Exit(1) // the parent is gone
	}
}

// giveUp reports the reason and exits; if reporting takes longer than a second, it exits without.
// The parent blames the only rendering left, so giveUp does nothing if others have ended since the
// count `ended`: one of them may have been the cause.
func (s *server) giveUp(reason string, ended int) {
	// A write that waits for a parent that does not read must not delay the exit.
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
