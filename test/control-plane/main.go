// Command control-plane is the real Kubernetes control plane in one binary,
// for Reeve's tests and its demo: etcd, kube-apiserver, kube-controller-manager
// and kubectl, each as a subcommand that takes the flags of the program it is
// named after. Run one role per process: their signal handlers can't share one.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

var roles = map[string]func() *cobra.Command{
	"etcd":                    newEtcdCommand,
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

func main() {
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: control-plane etcd|kube-apiserver|kube-controller-manager|kubectl [flags]")
		os.Exit(2)
	}
	// kubectl looks for plugins and completions in os.Args: the role must be its first word.
	os.Args = os.Args[1:]
	command := roles[os.Args[0]]()
	logs.InitLogs()
	os.Exit(cli.Run(command))
}

// untilSignalled is done at the first SIGINT or SIGTERM.
func untilSignalled() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}
