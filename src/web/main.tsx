import './styles/tokens.css'
import './styles/base.css'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { EverycentProblem } from '../client/index.ts'
import { makeRouter } from './app/router.tsx'
import { sessionQuery } from './app/session.ts'

const NOBODY = ['unauthenticated', 'session_needed']

/** Whoever is told to sign in is signed in no longer, or never was: who it is, is read anew. */
const onError = (error: unknown): void => {
  if (error instanceof EverycentProblem && NOBODY.includes(error.code))
    void queries.invalidateQueries(sessionQuery)
}

/** The client has retried already; what the server has refused it will refuse again. */
const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      retry: (failures, error) => !(error instanceof EverycentProblem) && failures < 2,
      staleTime: 5_000,
    },
    mutations: { retry: false },
  },
})

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={makeRouter(queries)} />
    </QueryClientProvider>
  </StrictMode>,
)
