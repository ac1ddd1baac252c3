import type { ComponentType } from 'react'
import type { Permission } from '../../contract/permissions.ts'
import type { IconName } from '../kit/icons.tsx'
import type { Words } from './words.ts'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Of the screen at this address. */
    readonly permission?: Permission
  }
}

/** One address with its screen: loaded when it is gone to, named where it is offered. */
export interface Screen {
  readonly id: string
  /** Below the area's base, in the router's words: `cases/$case`; empty: the area's first screen. */
  readonly path: string
  readonly title: Words<string>
  readonly load: () => Promise<{ readonly default: ComponentType }>
  /** Offered in the rail, the bottom bar and the palette; absent: reached from other screens. */
  readonly nav?: {
    readonly icon: IconName
    /** After `g`: `u` for `g u`. */
    readonly key?: string
  }
  /** Neither offered nor shown to whom the server would refuse it. */
  readonly permission?: Permission
}

export interface Area {
  readonly id: 'account' | 'support' | 'operator' | 'session'
  readonly base: string
  readonly title: Words<string>
  readonly screens: readonly Screen[]
}
