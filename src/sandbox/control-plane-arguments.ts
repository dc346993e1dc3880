import type { ControlPlaneFiles } from './control-plane-files.ts'

/** Name of etcd's socket, in the working directory of the servers. */
export const etcdSocket = 'etcd.sock'

// Required but unused: a cluster of one has no peers.
const noPeer = 'http://127.0.0.1:2380'

/**
 * Flags of etcd: one member whose data lives no longer than the control plane. It listens on Unix sockets, so
 * that ports cannot clash and two control planes cannot share an etcd.
 */
export function etcdArguments(files: ControlPlaneFiles): readonly string[] {
  return [
    `--data-dir=${files.etcdData}`,
    `--listen-client-urls=unix://${etcdSocket}`,
    `--advertise-client-urls=${noPeer}`,
    '--listen-peer-urls=unix://etcd-peer.sock',
    `--initial-advertise-peer-urls=${noPeer}`,
    `--initial-cluster=default=${noPeer}`,
    '--log-level=error',
    '--unsafe-no-fsync',
  ]
}

/** Flags of kube-apiserver. With `audit` every request is on disk before it is answered. */
export function apiServerArguments(
  files: ControlPlaneFiles,
  port: number,
  audit: boolean,
): readonly string[] {
  return [
    `--etcd-servers=unix://${etcdSocket}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${files.certificates}`,
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    // No Pod runs here, so none needs a mounted token of its service account.
    '--disable-admission-plugins=ServiceAccount',
    ...(audit ? auditArguments(files) : []),
  ]
}

function auditArguments(files: ControlPlaneFiles): readonly string[] {
  return [
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    '--audit-log-mode=blocking-strict',
    '--audit-log-maxsize=1000000', // in megabytes, so large that the log stays one file
  ]
}

const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'endpointslice-controller',
  'job-controller',
  'cronjob-controller',
  'horizontal-pod-autoscaler-controller',
  'clusterrole-aggregation-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
]

/** Flags of kube-controller-manager: the controllers that need no node. */
export function controllerManagerArguments(files: ControlPlaneFiles): readonly string[] {
  return [
    `--kubeconfig=${files.controllersKubeconfig}`,
    `--controllers=${controllers.join(',')}`,
    '--leader-elect=false',
    '--use-service-account-credentials=false',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--horizontal-pod-autoscaler-sync-period=1s',
    '--secure-port=0',
  ]
}
