import type { Area } from '../app/screens.ts'

export const operatorArea: Area = {
  id: 'operator',
  base: '/operator',
  title: { en: 'Operator', ja: '運営' },
  screens: [
    {
      id: 'campaigns',
      path: 'campaigns',
      title: { en: 'Campaigns', ja: 'キャンペーン' },
      load: () => import('./campaigns/campaigns.tsx'),
      nav: { icon: 'campaign', key: 'c' },
      permission: 'operator',
    },
    {
      id: 'campaign',
      path: 'campaigns/$campaign',
      title: { en: 'Campaign', ja: 'キャンペーン' },
      load: () => import('./campaigns/campaign.tsx'),
      permission: 'operator',
    },
    {
      id: 'incidents',
      path: 'incidents',
      title: { en: 'Incidents', ja: 'インシデント' },
      load: () => import('./incidents/incidents.tsx'),
      nav: { icon: 'incident', key: 'i' },
      permission: 'incidents_read',
    },
    {
      id: 'incident',
      path: 'incidents/$incident',
      title: { en: 'Incident', ja: 'インシデント' },
      load: () => import('./incidents/incident.tsx'),
      permission: 'incidents_read',
    },
    {
      id: 'reconciliation',
      path: 'reconciliation',
      title: { en: 'Reconciliation', ja: '照合' },
      load: () => import('./reconciliation/reconciliation.tsx'),
      nav: { icon: 'reconcile', key: 'r' },
      permission: 'reconciliation',
    },
  ],
}
