using System.Reflection;
using System.Text.RegularExpressions;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>Who may know whom, and how long things may be: what the folders promise, checked on the source.</summary>
public sealed class ArchitectureTests
{
    private const string Akka = @"\bAkka\b|\bIActorRef\b|\bActorSystem\b|\bProps\b|\bILoggingAdapter\b";

    private const string Sockets = @"\bSystem\.Net\.Sockets\b|\bSocket\b|\bSocketAsyncEventArgs\b|\bSslStream\b";
    private const string Clocks =
        @"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bStopwatch\b|\bTimeProvider\b|\bEnvironment\.TickCount";
    private const string Tasks = @"\b(Value)?Task\b|\basync\b|\bawait\b|\bDateTime\b";
    private const string Protocols = @"\bAleph\.Actors\.(Tcp|Udp|Dns)\b|\bAleph\.Actors\.Http\b";
    private const string Faces = @"\bAleph\.Actors\.Http\.(Server|Client|Exchanges)\b";

    private const string Blocking =
        @"\basync\s+void\b|\.GetAwaiter\(\)\.GetResult\(\)|\bThread\.Sleep\b|\.Wait\(\)"
        + @"|\bcatch\s*(\([^)]*\)\s*)?\{\s*\}";

    private static readonly Assembly[] Libraries = [typeof(OutputBuffer).Assembly, Assembly.Load("Aleph.Actors.Http")];

    private static readonly string[] Codecs = ["Fields", "Http1", "WebSockets", "Multipart", "Compression"];

    public static TheoryData<string, string> Layers()
    {
        var layers = new TheoryData<string, string>
        {
            { "Aleph.Actors/Bytes", $"{Akka}|{Sockets}|{Clocks}|{Protocols}" },
            { "Aleph.Actors.Http/Messages", $"{Akka}|{Sockets}|{Clocks}|{Faces}" },
            { "Aleph.Actors/Connections", $"{Sockets}|{Protocols}" },
            { "Aleph.Actors/Transports", Protocols },
            { "Aleph.Actors/Tcp", @"\bAleph\.Actors\.Http\b" },
            { "Aleph.Actors/Udp", @"\bAleph\.Actors\.Http\b" },
            { "Aleph.Actors/Dns", @"\bAleph\.Actors\.Http\b" },
            { "Aleph.Actors.Http/Exchanges", Sockets },
            { "Aleph.Actors.Http/Server", @"\bSystem\.Net\.Sockets\b|\bSocket\b" },
            { "Aleph.Actors.Http/Client", @"\bSystem\.Net\.Sockets\b|\bSocket\b" },
        };
        foreach (var codec in Codecs)
        {
            var others = string.Join('|', Codecs.Where(x => x != codec && x != "Fields"));
            layers.Add(
                $"Aleph.Actors.Http/{codec}",
                $@"{Akka}|{Sockets}|{Clocks}|{Tasks}|{Faces}|\bAleph\.Actors\.Http\.({others})\b");
        }

        return layers;
    }

    // Its own patience is three seconds for a message and five for its start.
    [Fact]
    public void Tests_of_actors_wait_as_long_as_all_others() => Assert.Equal(
        [typeof(PatientTestKit)],
        typeof(ArchitectureTests).Assembly.GetTypes().Where(x => x.BaseType == typeof(Akka.TestKit.Xunit2.TestKit)));

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_folder_mentions_nothing_above_it(string folder, string forbidden)
    {
        // ByteString is the currency of Akka.Streams; its coercions live in files that say so. Requests and responses
        // travel in mailboxes and carry the marker that exempts them from a check by serialisation, nothing else.
        string[] marked = ["HttpRequest.cs", "HttpResponse.cs"];
        var found = from file in Repository.Files(".cs", folder)
                    let name = Path.GetFileName(file)
                    where !name.Contains("ByteString", StringComparison.Ordinal) && !marked.Contains(name)
                    from line in Matches(file, forbidden)
                    select line;
        Nothing(found);
    }

    [Fact]
    public void No_file_is_longer_than_500_lines_or_wider_than_120_columns()
    {
        var wide = from file in Repository.Files(".cs").Concat(Repository.Files(".conf"))
                   from line in Repository.Lines(file).Index()
                   where line.Item.Length > 120
                   select $"{file}:{line.Index + 1} has {line.Item.Length} columns";
        var @long = from file in Repository.Files(".cs")
                    let count = Repository.Lines(file).Length
                    where count > 500
                    select $"{file} has {count} lines";
        Nothing(wide.Concat(@long));
    }

    [Fact]
    public void Tests_await_events_and_not_the_clock()
    {
        var found = from file in Repository.Files(".cs", "Aleph.Actors.Tests")
                    from line in Matches(file, @"\bThread\.Sleep\b|\bSpinWait\b|\bTask\.Delay\((?!Timeout\.Infinite)")
                    select line;
        Nothing(found);
    }

    [Fact]
    public void Libraries_neither_block_nor_start_what_nobody_awaits()
    {
        var found = from library in Libraries
                    from file in Repository.Files(".cs", library.GetName().Name!)

                        // The one place where a caller's thread waits, because HttpClient.Send promises him that.
                    where !file.EndsWith("Client/Handler/Synchronously.cs", StringComparison.Ordinal)
                    from line in Matches(file, Blocking)
                    select line;
        Nothing(found);
    }

    [Fact]
    public void Messages_within_the_libraries_are_no_news_where_their_target_has_ended()
    {
        // A request of a user, who waits for it: a dead letter says what became of it.
        string[] asked = ["OutgoingRequest"];

        // Marked by Akka, and no message.
        string[] others = ["SlotRoutingLogic"];
        var found = from library in Libraries
                    from type in library.GetTypes()
                    where !type.IsVisible && !asked.Concat(others).Contains(type.Name)
                        && type.IsAssignableTo(typeof(Akka.Actor.INoSerializationVerificationNeeded))
                        && !type.IsAssignableTo(typeof(Akka.Event.IDeadLetterSuppression))
                    select type.FullName;
        Nothing(found);
    }

    [Fact]
    public void Libraries_do_not_reference_AspNetCore()
    {
        var found = from library in Libraries
                    from reference in library.GetReferencedAssemblies()
                    where reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                    select $"{library.GetName().Name} references {reference.Name}";
        Nothing(found);
    }

    [Fact]
    public void Public_types_live_in_the_namespace_of_their_library()
    {
        var found = from library in Libraries
                    from type in library.GetExportedTypes()
                    where type.Namespace != library.GetName().Name
                    select type.FullName;
        Nothing(found);
    }

    [Fact]
    public void No_type_shares_its_name_with_a_namespace()
    {
        var types = Libraries.SelectMany(x => x.GetTypes()).ToArray();
        var namespaces = types.Select(x => x.Namespace).ToHashSet();
        var shared = types.Select(x => x.FullName).Intersect(namespaces);
        Nothing(shared);
    }

    [Fact]
    public void Namespaces_follow_folders_or_are_the_root_of_the_library()
    {
        var found = from library in Libraries
                    let root = library.GetName().Name!
                    from file in Repository.Files(".cs", root)
                    let folder = Path.GetDirectoryName(file)!.Replace('\\', '.').Replace('/', '.')
                    let declared = Regex.Match(Repository.Text(file), @"^namespace\s+([\w.]+)", RegexOptions.Multiline)
                    where declared.Success && declared.Groups[1].Value != root && declared.Groups[1].Value != folder
                    select $"{file} declares {declared.Groups[1].Value}";
        Nothing(found);
    }

    private static void Nothing(IEnumerable<string?> found)
    {
        var all = string.Join(Environment.NewLine, found);
        Assert.True(all.Length == 0, all);
    }

    private static IEnumerable<string> Matches(string file, string pattern) =>
        from code in new[] { CSharpText.CodeOnly(Repository.Text(file)) }
        from Match match in Regex.Matches(code, pattern)
        select $"{file}:{code.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value}";
}
