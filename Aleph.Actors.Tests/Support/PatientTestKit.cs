using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace Aleph.Actors.Tests.Support;

/// <summary>
/// A TestKit that waits as long as <see cref="Waiting.Patience"/> where it would wait for three or five seconds: for
/// its own actors, for messages, for ends, for lines of the log.
/// </summary>
public abstract class PatientTestKit : TestKit
{
    private const string Patience =
        "akka.test { single-expect-default = 20s, filter-leeway = 20s, startup-timeout = 20s }\n";

    protected PatientTestKit(string config = "")
        : base(Patience + config)
    {
    }

    protected PatientTestKit(Config config)
        : base(config.WithFallback(ConfigurationFactory.ParseString(Patience)))
    {
    }
}
