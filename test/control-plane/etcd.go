package main

import (
	"errors"
	"net/url"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
)

// etcdFlags are those flags of etcd itself that a single member needs, by their names there.
type etcdFlags struct {
	dataDir, logLevel, initialCluster string
	clientURL, advertisedClientURL    string
	peerURL, advertisedPeerURL        string
	unsafeNoFsync                     bool
}

func newEtcdCommand() *cobra.Command {
	var flags etcdFlags
	command := &cobra.Command{
		Use:          "etcd",
		Short:        "A single etcd member",
		SilenceUsage: true,
		RunE:         func(*cobra.Command, []string) error { return serveEtcd(flags) },
	}
	set := command.Flags()
	set.StringVar(&flags.dataDir, "data-dir", "", "directory of the data")
	set.StringVar(&flags.logLevel, "log-level", "error", "debug, info, warn, error, panic or fatal")
	set.StringVar(&flags.clientURL, "listen-client-urls", "http://127.0.0.1:2379", "URL to listen on for clients")
	set.StringVar(&flags.advertisedClientURL, "advertise-client-urls", "http://127.0.0.1:2379", "the same, as clients see it")
	set.StringVar(&flags.peerURL, "listen-peer-urls", "http://127.0.0.1:2380", "URL to listen on for peers")
	set.StringVar(&flags.advertisedPeerURL, "initial-advertise-peer-urls", "http://127.0.0.1:2380", "the same, as peers see it")
	set.StringVar(&flags.initialCluster, "initial-cluster", "default=http://127.0.0.1:2380", "name=URL of the member")
	set.BoolVar(&flags.unsafeNoFsync, "unsafe-no-fsync", false, "never fsync: for data that lives no longer than a test")
	return command
}

func (flags etcdFlags) config() (*embed.Config, error) {
	config := embed.NewConfig()
	config.Dir = flags.dataDir
	config.LogLevel = flags.logLevel
	config.UnsafeNoFsync = flags.unsafeNoFsync
	config.InitialCluster = flags.initialCluster
	return config, errors.Join(
		setURL(&config.ListenClientUrls, flags.clientURL),
		setURL(&config.AdvertiseClientUrls, flags.advertisedClientURL),
		setURL(&config.ListenPeerUrls, flags.peerURL),
		setURL(&config.AdvertisePeerUrls, flags.advertisedPeerURL),
	)
}

func setURL(target *[]url.URL, text string) error {
	parsed, err := url.Parse(text)
	if err != nil {
		return err
	}
	*target = []url.URL{*parsed}
	return nil
}

func serveEtcd(flags etcdFlags) error {
	config, err := flags.config()
	if err != nil {
		return err
	}
	signalled, stop := untilSignalled()
	defer stop()
	server, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	defer server.Close()
	select {
	case <-server.Server.ReadyNotify():
	case <-time.After(30 * time.Second):
		return errors.New("etcd was not ready within 30 s")
	case <-signalled.Done():
		return nil
	}
	select {
	case err := <-server.Err():
		return err
	case <-signalled.Done():
		return nil
	}
}
