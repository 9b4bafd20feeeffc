import { useEffect, useState } from 'preact/hooks';
import { RESEARCH_USE_ONLY } from '../../values/product.js';
import type { Permission } from '../../values/role.js';
import { address, Link } from './address.js';
import { begin, isLive, may, session, signOut } from './api.js';
import { ChecklistPage } from './checklist.js';
import { CommissioningPage, ReportPage } from './commissioning-page.js';
import { Icon, type IconName } from './icons.js';
import { Login } from './login.js';
import { ModelCardPage } from './model-cards.js';
import { NetworkPage } from './network-page.js';
import { NodePage } from './node-page.js';
import { ScanPage } from './scan-page.js';
import { ScansPage } from './scans-page.js';

interface Place {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly permission: Permission;
}

const PLACES: readonly Place[] = [
  { path: '/scans', name: 'Scans', icon: 'scans', permission: 'see-scans' },
  { path: '/network', name: 'Network', icon: 'network', permission: 'operate' },
  { path: '/commissioning', name: 'Commissioning', icon: 'commission', permission: 'operate' },
  { path: '/node', name: 'Node', icon: 'node', permission: 'operate' },
];

function Content() {
  const [place = '', id, further] = address.value.split('/').slice(1).map(decodeURIComponent);
  const known = PLACES.find(({ path }) => path === `/${place}`);
  if (known === undefined || !may(known.permission)) {
    return (
      <section class="empty">
        <h1>There is nothing here</h1>
        <p>Either the address is wrong, or your role does not include it.</p>
      </section>
    );
  }
  switch (place) {
    case 'scans':
      return id === undefined ? <ScansPage /> : <ScanPage id={id} />;
    case 'network':
      return <NetworkPage />;
    case 'commissioning':
      if (id === undefined) return <CommissioningPage />;
      return further === undefined ? <ChecklistPage scanner={id} /> : <ReportPage id={further} />;
    case 'node':
      return id === 'models' && further !== undefined ? (
        <ModelCardPage set={further} />
      ) : (
        <NodePage />
      );
    default:
      return null;
  }
}

export function App() {
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    begin().catch((error: unknown) => {
      setTrouble(error instanceof Error ? error.message : 'The node does not answer.');
    });
  }, []);
  if (trouble !== '') {
    return (
      <main id="main" class="login">
        <h1>OCTriage</h1>
        <p role="alert">{trouble}</p>
      </main>
    );
  }
  if (session.value === undefined) return null;
  if (session.value === null) return <Login />;
  return <Shell />;
}

function Shell() {
  const user = session.value!;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="rail">
        <div class="brand">
          <Icon name="mark" />
          <span>OCTriage</span>
        </div>
        <nav aria-label="Pages">
          {PLACES.filter(({ permission }) => may(permission)).map(({ path, name, icon }) => (
            <Link key={path} to={path} current={address.value.startsWith(path)}>
              <Icon name={icon} />
              <span>{name}</span>
            </Link>
          ))}
        </nav>
        <div class="who">
          <span class={isLive.value ? 'live on' : 'live'}>
            {isLive.value ? 'Live' : 'Connecting'}
          </span>
          <span class="name">{user.name}</span>
          <span class="role">{user.role}</span>
          {user.via === 'session' && (
            <button type="button" class="plain" onClick={() => void signOut()}>
              Sign out
            </button>
          )}
        </div>
      </header>
      <div class="stage">
        <p class="intended">{RESEARCH_USE_ONLY}</p>
        <main id="main" tabIndex={-1}>
          <Content />
        </main>
      </div>
    </div>
  );
}
