import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Connect, Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const pages = readdirSync(root).filter((file) => file.endsWith('.html'));

/** Puts partials/NAME in place of each `<!-- include NAME -->`, so that what the pages share is written once. */
function includes(): Plugin {
  return {
    name: 'includes',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/<!-- include ([\w.-]+) -->/g, (_, name: string) => readFileSync(`${root}partials/${name}`, 'utf8').trim()),
    },
  };
}

/** Answers clean addresses as the hosting does: /register is register.html, what is not there is 404.html. */
function cleanURLs(): Plugin {
  const rewrite: Connect.NextHandleFunction = (request, _, next) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const page = url.pathname === '/' ? 'index.html' : `${url.pathname.slice(1)}.html`;
    const isPage = /^\/[\w-]*$/.test(url.pathname);
    if (isPage) request.url = `/${pages.includes(page) ? page : '404.html'}${url.search}`;
    next();
  };
  return {
    name: 'clean-urls',
    configureServer: (server) => void server.middlewares.use(rewrite),
    configurePreviewServer: (server) => void server.middlewares.use(rewrite),
  };
}

export default defineConfig({
  root,
  appType: 'mpa',
  plugins: [includes(), cleanURLs()],
  build: {
    assetsInlineLimit: 0, // the Content-Security-Policy admits no data: addresses
    modulePreload: { polyfill: false },
    rollupOptions: { input: pages.map((page) => root + page) },
  },
});
