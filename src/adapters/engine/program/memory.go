package main

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// watchMemory ends the program when its heap and stacks exceed limit bytes: a template that takes
// as much would take all memory, and Go cannot stop a template. Garbage of ended renderings does
// not count.
func watchMemory(limit uint64, server *server) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
	}
	for {
		server.busy.wait()
		time.Sleep(pause(held(samples), limit))
		if held(samples) <= limit {
			continue
		}
		_, ended := server.busy.counts()
		runtime.GC()
		if held(samples) > limit {
			server.giveUp("memory", ended)
		}
	}
}

func held(samples []metrics.Sample) uint64 {
	metrics.Read(samples)
	var sum uint64
	for _, sample := range samples {
		sum += sample.Value.Uint64()
	}
	return sum
}

// Memory far below the limit takes a while to reach it.
func pause(held, limit uint64) time.Duration {
	if held > limit/8 {
		return 5 * time.Millisecond
	}
	return 25 * time.Millisecond
}

// workload counts running and ended renderings; waiting for one to start costs nothing.
type workload struct {
	lock  sync.Mutex
	goOn  int
	ended int
	some  sync.Cond
}

func newWorkload() *workload {
	w := &workload{}
	w.some.L = &w.lock
	return w
}

func (w *workload) begin() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.goOn++
	w.some.Broadcast()
}

func (w *workload) end() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.goOn--
	w.ended++
}

func (w *workload) counts() (goOn, ended int) {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.goOn, w.ended
}

// wait returns when a rendering is running.
func (w *workload) wait() {
	w.lock.Lock()
	defer w.lock.Unlock()
	for w.goOn == 0 {
		w.some.Wait()
	}
}
