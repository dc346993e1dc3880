export { until } from '../../src/demo/until.ts'
