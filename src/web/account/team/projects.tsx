import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Panel,
  Stack,
  StateWord,
  Table,
  TextField,
} from '../../kit/index.ts'
import { useProjects } from '../../parts/team.ts'
import { useOrder } from '../../parts/use-order.ts'
import { teamWords } from './words.ts'

type Project = Answer<'listProjects'>['items'][number]

export function Projects({ account }: { readonly account: string }) {
  const words = useWords(teamWords)
  const projects = useProjects(account)
  const mayWrite = useMay()('projects_write')
  const columns: readonly Column<Project>[] = [
    { id: 'name', label: words.name, cell: ({ name }) => name },
    { id: 'id', label: words.id, priority: 2, cell: ({ project_id: id }) => <code>{id}</code> },
    {
      id: 'state',
      label: words.state,
      cell: ({ status }) => (
        <StateWord tone={status === 'active' ? 'ok' : 'muted'}>{words[status]}</StateWord>
      ),
    },
    {
      id: 'actions',
      label: words.actions,
      cell: (project) => mayWrite && <Move account={account} project={project} />,
    },
  ]
  return (
    <Panel
      title={words.projects}
      asOf={projects.data}
      actions={mayWrite && <AddProject account={account} />}
    >
      <Loaded query={projects}>
        {({ items }) => (
          <Table
            cards
            name={words.projects}
            columns={columns}
            rows={items}
            rowKey={({ project_id: id }) => id}
            empty={
              <Empty title={words.noProjects}>
                <p>{words.noProjectsWhy}</p>
              </Empty>
            }
          />
        )}
      </Loaded>
    </Panel>
  )
}

/** Into the archive and out of it: caps and calls of it stay. */
function Move({ account, project }: { readonly account: string; readonly project: Project }) {
  const words = useWords(teamWords)
  const isActive = project.status === 'active'
  const order = useOrder(account, (status: Project['status'], sending) =>
    api.projects.change(account, project.project_id, { status }, sending),
  )
  return (
    <Button
      size="small"
      busy={order.busy}
      onClick={() => order.perform(isActive ? 'archived' : 'active')}
    >
      {isActive ? words.archive : words.unarchive}
      <span className="visually-hidden"> {project.name}</span>
    </Button>
  )
}

function AddProject({ account }: { readonly account: string }) {
  const words = useWords(teamWords)
  const [project, setProject] = useState({ project_id: '', name: '' })
  const [isTold, setTold] = useState(false)
  const order = useOrder(account, (wanted: typeof project, sending) =>
    api.projects.add(account, wanted, sending),
  )
  const begin = (): void => {
    setProject({ project_id: '', name: '' })
    setTold(false)
    order.open()
  }
  const add = (): void => {
    setTold(true)
    if (project.project_id !== '' && project.name !== '') order.perform(project)
  }
  const fault = (value: string) => (isTold && value === '' ? words.missing : undefined)
  return (
    <>
      <Button size="small" icon="plus" onClick={begin}>
        {words.addProject}
      </Button>
      <Confirm
        title={words.addProject}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.addProject}
        busy={order.busy}
        error={order.error}
        onConfirm={add}
      >
        <Stack>
          <TextField
            label={words.name}
            value={project.name}
            error={fault(project.name)}
            onChange={(event) => setProject({ ...project, name: event.target.value })}
          />
          <TextField
            label={words.id}
            hint={words.idHint}
            value={project.project_id}
            error={fault(project.project_id)}
            onChange={(event) => setProject({ ...project, project_id: event.target.value.trim() })}
          />
        </Stack>
      </Confirm>
    </>
  )
}
