import { parseJson } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { Health } from '../../../model/status.ts'
import { type Condition, conditionsOf, explain, readConditions } from '../read.ts'
import { failing, HEALTHY } from '../verdict.ts'

/** Annotation in which autoscaling/v1 keeps the status.conditions of later versions. */
const V1_CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'

/** Maximum delay of a new Pod's metrics, in ms. */
const METRICS_LATE_MS = 180_000

/**
 * autoscaling HorizontalPodAutoscaler: healthy while it can read its metrics and scale. Metrics are late at
 * first. A target scaled to 0 disables scaling on purpose.
 */
export function horizontalPodAutoscalerHealth(object: LiveObject): Health {
  const found = conditionsIn(object).find(isFailing)
  return found === undefined ? HEALTHY : failing(explain(found, 'cannot scale'), METRICS_LATE_MS)
}

function isFailing({ type, status, reason }: Condition): boolean {
  return (
    (type === 'AbleToScale' || type === 'ScalingActive') && status === 'False' && reason !== 'ScalingDisabled'
  )
}

function conditionsIn(object: LiveObject): readonly Condition[] {
  const annotation = object.metadata.annotations?.[V1_CONDITIONS]
  return annotation === undefined ? conditionsOf(object) : readConditions(parseJson(annotation))
}
