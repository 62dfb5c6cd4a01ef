import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const lock = (name: string) => ({ [`srv/${name}`]: fixture(`beam/${name}`) });

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Erlang and Elixir',
    cataloger: 'otp-installed',
    evidence: ['ebin/*.app', 'hex_metadata.config'],
    origin:
      'Debian 12: Erlang 25.2.3, Elixir 1.14.0, rabbitmq-server 3.10.8; metadata written by hex_core of rebar3 3.19.0',
    files: () => fixtureTree('beam/applications.tar.gz'),
  },
  {
    ecosystem: 'Elixir',
    cataloger: 'hex-lock',
    evidence: ['mix.lock'],
    origin: 'written by Mix 1.14.0',
    files: () => lock('mix.lock'),
  },
  {
    ecosystem: 'Erlang',
    cataloger: 'hex-lock',
    evidence: ['rebar.lock'],
    origin: 'written by rebar3 3.19.0',
    files: () => lock('rebar.lock'),
  },
  {
    ecosystem: 'Gleam',
    cataloger: 'hex-lock',
    evidence: ['manifest.toml'],
    origin: 'written by hand after the documentation of Gleam',
    files: () => lock('manifest.toml'),
  },
];
