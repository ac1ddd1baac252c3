import type { PortalConfig } from '../../config.ts'

/** Whether other sites may show portals in their frames. */
export const mayBeFramed = (portal: PortalConfig | undefined): boolean =>
  portal !== undefined && portal.frameOrigins.length > 0
