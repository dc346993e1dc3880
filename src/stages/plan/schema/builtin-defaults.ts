import type { JsonObject, JsonValue } from '../../../model/json.ts'

const CORE = 'io.k8s.api.core.v1.'

/**
 * Defaults that the API server's Go functions set for missing fields, beyond those in the OpenAPI document
 * (k8s.io/kubernetes pkg/apis/<group>/<version>/defaults.go). They distinguish a defaulted field from a
 * changed one where values merge as one, and where managedFields replace the merge base.
 */
export const builtinDefaults: Readonly<Record<string, JsonObject>> = {
  [`${CORE}PodSpec`]: {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
  },
  [`${CORE}Container`]: {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  },
  [`${CORE}Probe`]: { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
  [`${CORE}HTTPGetAction`]: { path: '/', scheme: 'HTTP' },
  [`${CORE}GRPCAction`]: { service: '' },
  [`${CORE}ObjectFieldSelector`]: { apiVersion: 'v1' },
  [`${CORE}ResourceFieldSelector`]: { divisor: '0' },
  [`${CORE}FileKeySelector`]: { optional: false },
  [`${CORE}ConfigMapVolumeSource`]: { defaultMode: 420 },
  [`${CORE}SecretVolumeSource`]: { defaultMode: 420 },
  [`${CORE}DownwardAPIVolumeSource`]: { defaultMode: 420 },
  [`${CORE}ProjectedVolumeSource`]: { defaultMode: 420 },
  [`${CORE}ServiceAccountTokenProjection`]: { expirationSeconds: 3600 },
  [`${CORE}HostPathVolumeSource`]: { type: '' },
  [`${CORE}EndpointPort`]: { protocol: 'TCP' },
  [`${CORE}PersistentVolumeClaim`]: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    status: { phase: 'Pending' },
  },
  [`${CORE}PersistentVolumeClaimSpec`]: { volumeMode: 'Filesystem' },
  [`${CORE}PersistentVolumeClaimStatus`]: { phase: 'Pending' },
  [`${CORE}PersistentVolumeSpec`]: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
  [`${CORE}ServiceSpec`]: {
    sessionAffinity: 'None',
    type: 'ClusterIP',
    internalTrafficPolicy: 'Cluster',
    externalTrafficPolicy: 'Cluster',
  },
  [`${CORE}Secret`]: { type: 'Opaque' },
  'io.k8s.api.apps.v1.DeploymentSpec': {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  },
  'io.k8s.api.apps.v1.DeploymentStrategy': {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
  },
  'io.k8s.api.apps.v1.RollingUpdateDeployment': { maxSurge: '25%', maxUnavailable: '25%' },
  'io.k8s.api.apps.v1.StatefulSetSpec': {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
  },
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy': { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy': { partition: 0 },
  'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  },
  'io.k8s.api.apps.v1.DaemonSetSpec': { revisionHistoryLimit: 10 },
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy': {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
  },
  'io.k8s.api.apps.v1.RollingUpdateDaemonSet': { maxSurge: 0, maxUnavailable: 1 },
  'io.k8s.api.apps.v1.ReplicaSetSpec': { replicas: 1 },
  'io.k8s.api.batch.v1.CronJobSpec': {
    concurrencyPolicy: 'Allow',
    failedJobsHistoryLimit: 1,
    successfulJobsHistoryLimit: 3,
    suspend: false,
  },
  'io.k8s.api.batch.v1.JobSpec': {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    completions: 1,
    parallelism: 1,
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  },
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern': { status: 'True' },
  'io.k8s.api.networking.v1.NetworkPolicyPort': { protocol: 'TCP' },
  'io.k8s.api.networking.v1.IngressClassParametersReference': { scope: 'Cluster' },
  'io.k8s.api.discovery.v1.EndpointPort': { protocol: 'TCP', name: '' },
  'io.k8s.api.rbac.v1.RoleRef': { apiGroup: 'rbac.authorization.k8s.io' },
  'io.k8s.api.rbac.v1.Subject': { apiGroup: 'rbac.authorization.k8s.io' },
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec': { minReplicas: 1 },
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec': { minReplicas: 1 },
  'io.k8s.api.autoscaling.v2.HPAScalingRules': { selectPolicy: 'Max' },
  'io.k8s.api.admissionregistration.v1.RuleWithOperations': { scope: '*' },
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations': { scope: '*' },
  'io.k8s.api.admissionregistration.v1.MatchResources': {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
  },
  'io.k8s.api.admissionregistration.v1.ValidatingWebhook': {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
  },
  'io.k8s.api.admissionregistration.v1.MutatingWebhook': {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
    reinvocationPolicy: 'Never',
  },
  'io.k8s.api.admissionregistration.v1.ServiceReference': { port: 443 },
  'io.k8s.api.resource.v1.ExactDeviceRequest': { allocationMode: 'ExactCount', count: 1 },
  'io.k8s.api.resource.v1.DeviceSubRequest': { allocationMode: 'ExactCount', count: 1 },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec': {
    conversion: { strategy: 'None' },
  },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference': { port: 443 },
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec': { failurePolicy: 'Fail' },
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec': { failurePolicy: 'Fail' },
  'io.k8s.api.scheduling.v1.PriorityClass': { preemptionPolicy: 'PreemptLowerPriority' },
  'io.k8s.api.flowcontrol.v1.FlowSchemaSpec': { matchingPrecedence: 1000 },
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration': {
    lendablePercent: 0,
    nominalConcurrencyShares: 30,
  },
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration': { handSize: 8, queueLengthLimit: 50, queues: 64 },
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference': { port: 443 },
  'io.k8s.api.storage.v1.CSIDriverSpec': {
    attachRequired: true,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    podInfoOnMount: false,
    requiresRepublish: false,
    seLinuxMount: false,
    storageCapacity: false,
    volumeLifecycleModes: ['Persistent'],
  },
  'io.k8s.api.storage.v1.StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
}

/** Default of one field of a component; undefined where none is known. */
export function builtinDefault(component: string, field: string): JsonValue | undefined {
  const defaults = builtinDefaults[component]
  return defaults && Object.hasOwn(defaults, field) ? defaults[field] : undefined
}
