using Gantry.Integration.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedDaemon))]
[assembly: Trait("Ring", "integration")]
