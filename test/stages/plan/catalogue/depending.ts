/**
 * Fields that the server fills in with what depends on other fields, on who asks or on what is free:
 * no table of defaults has them. By Go type, without `io.k8s.api.`, and field.
 */
export const depending: Readonly<Record<string, string>> = {
  'autoscaling.v1.HorizontalPodAutoscalerSpec targetCPUUtilizationPercentage':
    'the metrics of autoscaling/v2',
  'autoscaling.v2.HPAScalingRules policies': 'up or down',
  'autoscaling.v2.HPAScalingRules stabilizationWindowSeconds': 'up or down',
  'autoscaling.v2.HorizontalPodAutoscalerBehavior scaleDown': 'whether scaleUp is there',
  'autoscaling.v2.HorizontalPodAutoscalerSpec metrics': 'whether there are any',
  'batch.v1.JobSpec backoffLimit': 'backoffLimitPerIndex',
  'batch.v1.JobSpec podReplacementPolicy': 'podFailurePolicy',
  'batch.v1.JobSpec selector': "the Job's uid",
  'certificates.v1.CertificateSigningRequestSpec groups': 'who asks',
  'certificates.v1.CertificateSigningRequestSpec uid': 'who asks',
  'certificates.v1.CertificateSigningRequestSpec username': 'who asks',
  'core.v1.Container imagePullPolicy': "the image's tag",
  'core.v1.PersistentVolumeClaimSpec dataSource': 'dataSourceRef',
  'core.v1.PodSpec preemptionPolicy': 'admission',
  'core.v1.PodSpec priority': 'admission',
  'core.v1.PodSpec serviceAccountName': 'serviceAccount, its old name',
  'core.v1.PodSpec tolerations': 'admission',
  'core.v1.ResourceRequirements requests': 'limits',
  'core.v1.Secret data': 'stringData',
  'core.v1.ServicePort nodePort': 'what is free',
  'core.v1.ServicePort targetPort': 'port',
  'core.v1.ServiceSpec clusterIPs': 'what is free',
  'core.v1.ServiceSpec ipFamilies': 'the cluster',
  'core.v1.ServiceSpec ipFamilyPolicy': 'the cluster',
  'core.v1.Volume emptyDir': 'whether there is another source',
  'networking.v1.NetworkPolicySpec policyTypes': 'whether there are egress rules',
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames listKind': 'kind',
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames singular': 'kind',
  'apimachinery.pkg.apis.meta.v1.ObjectMeta finalizers': 'admission',
  'apimachinery.pkg.apis.meta.v1.ObjectMeta labels': "the Job's uid",
}
