export { until } from '../../src/sandbox/until.ts'
