// The window begins.
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { follow } from './follow.ts';
import { applyThemeEarly } from './theme.ts';
import './ui/tokens.css';
import './ui/base.css';

// The token did its work when the page came (a cookie holds it now): it should not stay in the address or the history.
if (new URLSearchParams(location.search).has('token'))
  history.replaceState(null, '', location.pathname + location.hash);

applyThemeEarly();
follow();
createRoot(document.getElementById('root')!).render(<App />);
