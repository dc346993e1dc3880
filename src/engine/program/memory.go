package main

import (
	"os"
	"runtime/metrics"
	"sync"
	"time"
)

// watchMemory ends the program when its heap and stacks hold more than limit bytes: a template that
// takes that much would take all, and Go can stop no template.
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
		// A writer that waits for the parent, who may not be reading, holds nobody up.
		time.AfterFunc(time.Second, func() { os.Exit(3) })
		server.giveUp("memory")
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

// What allocates from nothing takes a while to get far.
func pause(held, limit uint64) time.Duration {
	if held > limit/8 {
		return 5 * time.Millisecond
	}
	return 25 * time.Millisecond
}

// workload counts the renderings that go on; whoever waits for it costs nothing while there are none.
type workload struct {
	lock  sync.Mutex
	count int
	some  sync.Cond
}

func newWorkload() *workload {
	w := &workload{}
	w.some.L = &w.lock
	return w
}

func (w *workload) add(change int) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.count += change
	w.some.Broadcast()
}

// wait returns when there is a rendering.
func (w *workload) wait() {
	w.lock.Lock()
	defer w.lock.Unlock()
	for w.count == 0 {
		w.some.Wait()
	}
}
