using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

/// <summary>
/// Response splitting (security.md 8, row 20): whatever a handler sets refuses CR, LF and NUL at once, and says where.
/// </summary>
public sealed class HeaderInjectionTests
{
    private static readonly Dictionary<string, (string Name, Action<string> Set)> Setters = new()
    {
        ["a field's value"] = ("X-Field", x => HttpResponse.Text("").WithHeader("X-Field", x)),
        ["a field's name"] = ("field name", x => HttpResponse.Text("").WithHeader("X-" + x, "y")),
        ["fields made at once"] = ("X-Field", x => HttpHeaders.Of(("A", "b"), ("X-Field", x))),
        ["an added field"] = ("X-Field", x => HttpHeaders.Empty.Add("X-Field", x)),
        ["a replaced field"] = ("X-Field", x => HttpHeaders.Of(("X-Field", "y")).With("X-Field", x)),
        ["a type of text"] = ("Content-Type", x => HttpResponse.Text("", contentType: x)),
        ["a type of bytes"] = ("Content-Type", x => HttpResponse.Bytes(default, contentType: x)),
        ["a type of a body"] = ("Content-Type", x => HttpResponse.Of(HttpBody.Empty, contentType: x)),
        ["a type of a file"] = ("Content-Type", x => HttpResponse.File(typeof(HttpBody).Assembly.Location, x)),
        ["a location"] = ("location", x => HttpResponse.Redirect("/a" + x)),
        ["a reason phrase"] = ("reason phrase", x => HttpResponse.Text("").WithStatus(200, x)),
        ["a trailer"] = ("X-Trailer", x => HttpHeaders.Of(("X-Trailer", x))),
        ["a cookie's name"] = ("cookie", x => Cookie(new SetCookie("a" + x, "b"))),
        ["a cookie's value"] = ("cookie", x => Cookie(new SetCookie("a", "b" + x))),
        ["a cookie's domain"] = ("cookie", x => Cookie(new SetCookie("a", "b") { Domain = "c.d" + x })),
        ["a cookie's path"] = ("cookie", x => Cookie(new SetCookie("a", "b") { Path = "/" + x })),
        ["a protocol"] = ("Upgrade", x => HttpResponse.SwitchProtocols("p" + x, _ => Task.CompletedTask)),
    };

    public static TheoryData<string> Names() => [.. Setters.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_handler_sets_refuses_CR_LF_and_NUL_and_names_itself(string setter)
    {
        var (name, set) = Setters[setter];
        foreach (var control in new[] { "\r", "\n", "\0", "\r\n", "\r\nSet-Cookie: a=b", "\u0085\n" })
        {
            var refused = Assert.ThrowsAny<Exception>(() => set("x" + control + "y"));
            Assert.True(
                refused is ArgumentException or InvalidOperationException, $"{setter}: {refused.GetType().Name}");
            Assert.Contains(name, refused.Message, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(control, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_setters_take_a_plain_text(string setter) => Setters[setter].Set("xy");

    private static void Cookie(SetCookie cookie) => HttpResponse.Text("").WithCookie(cookie);
}
