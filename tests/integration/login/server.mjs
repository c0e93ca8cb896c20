// A token server (oidc-provider) that lets in two SMART backend clients and one with a secret, and
// before the FHIR server a gate that checks each token.
//   node server.mjs FHIR_ORIGIN KEYS_FOLDER READY_FILE
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { Provider, errors } from 'oidc-provider';

const [fhirOrigin, keys, readyFile] = process.argv.slice(2);
const lifetime = Number(process.env.TOKEN_SECONDS ?? 12);
const scopes = ['system/*.read', 'system/*.write'];
let handle = (request, response) => response.writeHead(503).end();
const server = http.createServer((request, response) => handle(request, response));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const origin = `http://127.0.0.1:${server.address().port}`;
const audience = `${origin}/fhir`;

const signing = await generateKeyPair('ES384', { extractable: true });
const own = { kid: 'issuer', alg: 'ES384', use: 'sig' };
async function backend(id, file, alg) {
  const key = { ...(await exportJWK(createPublicKey(readFileSync(`${keys}/${file}`)))), kid: id, alg, use: 'sig' };
  return { client_id: id, token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: alg,
    jwks: { keys: [key] }, grant_types: ['client_credentials'], response_types: [], redirect_uris: [],
    id_token_signed_response_alg: 'ES384', scope: scopes.join(' ') };
}
const provider = new Provider(origin, {
  clients: [await backend('rsa', 'rsa.pem', 'RS384'), await backend('ec', 'ec.pem', 'ES384'),
    { client_id: 'plain', client_secret: 'not/a secret', token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'], response_types: [], redirect_uris: [],
      id_token_signed_response_alg: 'ES384', scope: scopes.join(' ') }],
  scopes,
  jwks: { keys: [{ ...(await exportJWK(signing.privateKey)), ...own }] },
  clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'none'],
  enabledJWA: { idTokenSigningAlgValues: ['ES384'], clientAuthSigningAlgValues: ['RS384', 'ES384'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo(_, resource) {
        if (resource !== audience) throw new errors.InvalidTarget();
        return { scope: scopes.join(' '), audience, accessTokenFormat: 'jwt', accessTokenTTL: lifetime,
          jwt: { sign: { alg: 'ES384' } } };
      },
    },
  },
});
const tokens = provider.callback();
const trusted = createLocalJWKSet({ keys: [{ ...(await exportJWK(signing.publicKey)), ...own }] });
const counts = { tokens: 0, refused: 0 };

function json(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
handle = async (request, response) => {
  if (request.url === '/counts') return json(response, 200, counts);
  if (request.url === '/fhir/.well-known/smart-configuration')
    return json(response, 200, { token_endpoint: `${origin}/token`, capabilities: ['client-confidential-asymmetric'] });
  if (!request.url.startsWith('/fhir')) {
    if (request.url === '/token') counts.tokens += 1;
    return tokens(request, response);
  }
  try {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const { payload } = await jwtVerify(token, trusted, { issuer: origin, audience });
    const needed = request.method === 'GET' ? 'system/*.read' : 'system/*.write';
    if (!(payload.scope ?? '').split(' ').includes(needed)) return json(response, 403, {});
  } catch {
    counts.refused += 1;
    return json(response, 401, {});
  }
  if (request.headers['x-slow']) await new Promise((later) => setTimeout(later, 350));
  const onward = http.request(fhirOrigin + request.url, { method: request.method, headers: request.headers }, (reply) => {
    response.writeHead(reply.statusCode, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => json(response, 502, {}));
  request.pipe(onward);
};
writeFileSync(readyFile, audience);
