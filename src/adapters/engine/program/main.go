// Command reeve-engine renders Helm charts and Kustomize overlays for one parent process. It reads
// one request per line from standard input, writes one answer per line to standard output, both as
// JSON, and exits when standard input ends. It reads no file, opens no connection, starts no
// program and reads no environment variable: all input comes in the requests.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"runtime/debug"
	"time"
	_ "time/tzdata"

	"k8s.io/klog/v2"
)

func main() {
	memory := flag.Uint64("memory", 1<<30, "bytes of memory above which the program gives up")
	cache := flag.Int64("cache", 256<<20, "bytes of files to keep")
	output := flag.Int("output", 16<<20, "bytes that one rendering may give")
	flag.Parse()
	isolate()
	// Logs of Helm and Kustomize may quote values, which may be secret.
	log.SetOutput(io.Discard)
	klog.SetOutput(io.Discard)
	klog.LogToStderr(false)
	debug.SetMaxStack(256 << 20)
	debug.SetGCPercent(200)
	boundTexts(*memory)
	debug.SetMemoryLimit(int64(*memory / 4 * 3))
	server := newServer(json.NewEncoder(os.Stdout), newTreeCache(*cache), *output)
	go watchMemory(*memory, server)
	server.serve(json.NewDecoder(os.Stdin))
}

// isolate makes access to the machine fail, and results that depend on it the same everywhere.
func isolate() {
	os.Clearenv() // without PATH Kustomize finds no Git
	time.Local = time.UTC
	refuseNetwork()
}
