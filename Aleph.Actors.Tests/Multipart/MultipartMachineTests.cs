using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Multipart;
using Xunit;

namespace Aleph.Actors.Tests.Multipart;

public sealed class MultipartMachineTests
{
    [Theory]
    [InlineData("--b|A: 1||x|--b--", "[A: 1](x)end")]
    [InlineData("--b|A: 1|B:\t2 ||x|y|--b|C: 3||z|--b--|epilogue|--b|", "[A: 1,B: 2](x|y)[C: 3](z)end")]
    [InlineData("preamble|--b||x|--b--|", "[](x)end")]
    [InlineData("|--b|A: 1||x|--b--", "[A: 1](x)end")]
    [InlineData("--b \t|A: 1||x|--b--", "[A: 1](x)end")]
    [InlineData("--b|A: 1|||--b--", "[A: 1]()end")]
    [InlineData("--b|A: 1||--b--", "[A: 1]()end")]
    [InlineData("--b|||--b--", "[]()end")]
    [InlineData("--b|A: 1|||-|--|--a|--c--|--b--", "[A: 1](|-|--|--a|--c--)end")]
    [InlineData("--b|A: 1||x\r\r\r|--b--", "[A: 1](x\r\r\r)end")]
    [InlineData("--b|A: 1||x--b--|--b--", "[A: 1](x--b--)end")]
    [InlineData("--b--", "end")]
    [InlineData("--b|A: 1||x|--b", "[A: 1](x)400")]
    [InlineData("--b|A: 1||x|--b-", "[A: 1](x)400")]
    [InlineData("--b|A: 1||x|--b-x", "[A: 1](x)400")]
    [InlineData("--b|A: 1||x|--bc|D: 2||y|--b--", "[A: 1](x)400")]
    [InlineData("--b|A: 1||x", "[A: 1](x400")]
    [InlineData("--b|A: 1|", "400")]
    [InlineData("--b", "400")]
    [InlineData("", "400")]
    [InlineData("no delimiter", "400")]
    [InlineData("--b|no colon||x|--b--", "400")]
    [InlineData("--b|: x||x|--b--", "400")]
    [InlineData("--b|A : 1||x|--b--", "400")]
    [InlineData("--b|A: 1| folded||x|--b--", "400")]
    [InlineData("--b|A: 1\n|x|--b--", "400")]
    [InlineData("--b|A: \0||x|--b--", "400")]
    [InlineData("--b\n||x|--b--", "400")]
    [InlineData("--b|--b--", "400")]
    public void Events_do_not_depend_on_how_the_input_is_cut(string text, string expected)
    {
        var bytes = Encoding.Latin1.GetBytes(text.Replace("|", "\r\n", StringComparison.Ordinal));
        var wanted = expected.Replace("|", "\r\n", StringComparison.Ordinal);
        Assert.Equal(wanted, Run("b", bytes, bytes.Length));
        Assert.Equal(wanted, Run("b", bytes, 1));
        for (var cut = 1; cut < bytes.Length; cut++)
            Assert.Equal(wanted, Run("b", bytes, cut));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234567890", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", true)]
    [InlineData("a ", false)]
    [InlineData("a\r\nb", false)]
    [InlineData("a\"b", false)]
    [InlineData("a;b", false)]
    [InlineData("\u00e9", false)]
    [InlineData("'()+_,-./:=?", true)]
    public void Boundaries_are_checked(string? boundary, bool valid) =>
        Assert.Equal(valid, MultipartMachine.IsBoundary(boundary));

    [Fact]
    public void A_boundary_that_looks_like_its_own_delimiter_is_found()
    {
        var bytes = Encoding.ASCII.GetBytes("----\r\nA: 1\r\n\r\nx\r\n---\r\n--\r\n------");
        for (var cut = 1; cut <= bytes.Length; cut++)
            Assert.Equal("[A: 1](x\r\n---\r\n--)end", Run("--", bytes, cut));
    }

    [Fact]
    public void Limits_hold_on_both_sides()
    {
        var limits = new MultipartSettings { MaxParts = 2, MaxHeaderBytes = 12, MaxHeaderCount = 2, MaxPartSize = 5 };
        string Parts(int count) => string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", count)) + "--b--";
        Assert.Equal("[](x)[](x)end", Run(Parts(2), limits));
        Assert.Equal("[](x)[](x)413", Run(Parts(3), limits));
        Assert.Equal("[A: 12,B: 2]()end", Run("--b\r\nA: 12\r\nB:2\r\n\r\n\r\n--b--", limits));
        Assert.Equal("413", Run("--b\r\nA: 12\r\nB: 2\r\n\r\n\r\n--b--", limits));
        Assert.Equal("413", Run("--b\r\nA:1\r\nB:\r\nC:\r\n\r\n\r\n--b--", limits with { MaxHeaderBytes = 1000 }));
        Assert.Equal("[](12345)end", Run("--b\r\n\r\n12345\r\n--b--", limits));
        Assert.StartsWith("[](", Run("--b\r\n\r\n123456\r\n--b--", limits), StringComparison.Ordinal);
        Assert.EndsWith("413", Run("--b\r\n\r\n123456\r\n--b--", limits), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_line_that_never_ends_and_a_preamble_that_never_ends_are_cut_off()
    {
        var header = "--b\r\nA: " + new string('x', 1_000_000);
        Assert.Equal("413", Run("b", Encoding.ASCII.GetBytes(header), 1000));
        Assert.Equal("400", Run("b", new byte[1_000_000], 1000));
        Assert.Equal("400", Run("--b" + new string(' ', 300) + "\r\n\r\nx\r\n--b--", MultipartSettings.Default));
    }

    [Fact]
    public void A_line_feed_alone_ends_no_header_line() =>
        Assert.Equal("400", Run("--b\r\n\nx\r\n--b--", MultipartSettings.Default));

    [Fact]
    public void What_failed_stays_failed()
    {
        var machine = new MultipartMachine("b", MultipartSettings.Default);
        Assert.Equal(MultipartEvent.Failed, machine.Next("--bx"u8, out _));
        var error = machine.Error;
        Assert.Equal(MultipartEvent.Failed, machine.Next("--b--"u8, out var consumed));
        Assert.Equal((0, error, error), (consumed, machine.Error, machine.ReceiveEnd()));
    }

    [Fact]
    public void A_nested_multipart_is_content_like_any_other()
    {
        var inner = "--c\r\n\r\nx\r\n--c--";
        Assert.Equal($"[]({inner})end", Run($"--b\r\n\r\n{inner}\r\n--b--", MultipartSettings.Default));
    }

    [Fact]
    public void Random_content_comes_out_as_it_went_in()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            // Octets of the delimiter only, so that much looks like one.
            var content = new byte[random.Next(200)];
            for (var i = 0; i < content.Length; i++)
                content[i] = "\r\n-x"u8[random.Next(4)];
            var text = Encoding.Latin1.GetString(content);
            if (("\r\n" + text).Contains("\r\n--xx", StringComparison.Ordinal))
                continue;
            var bytes = Encoding.Latin1.GetBytes($"--xx\r\n\r\n{text}\r\n--xx--");
            Assert.Equal($"[]({text})end", Run("xx", bytes, random.Next(1, 50)));
        }
    }

    [Fact]
    public void Random_octets_give_events_or_an_error_and_nothing_else()
    {
        var random = new Random(2);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(100)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = "--b\r\n: A\0"u8[random.Next(9)];
            var whole = Run("b", bytes, Math.Max(1, bytes.Length));
            Assert.Equal(whole, Run("b", bytes, random.Next(1, 9)));
        }
    }

    private static string Run(string text, MultipartSettings limits)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        return Run("b", bytes, bytes.Length, limits);
    }

    /// <summary>The events as text, for input that comes in pieces of a size.</summary>
    private static string Run(string boundary, byte[] bytes, int size, MultipartSettings? limits = null)
    {
        var machine = new MultipartMachine(boundary, limits ?? MultipartSettings.Default);
        var text = new StringBuilder();
        var pending = new List<byte>();
        var ended = false;
        foreach (var piece in bytes.Chunk(Math.Max(1, size)))
        {
            pending.AddRange(piece);
            while (true)
            {
                var input = pending.ToArray();
                var found = machine.Next(input, out var consumed);
                pending.RemoveRange(0, consumed);
                if (found == MultipartEvent.Failed)
                    return text.Append(machine.Error!.Status.Code).ToString();
                if (found == MultipartEvent.NeedMore)
                    break;
                ended |= found == MultipartEvent.End;
                text.Append(found switch
                {
                    MultipartEvent.PartBegin =>
                        $"[{string.Join(',', machine.Headers.Select(x => $"{x.Name}: {x.Value}"))}](",
                    MultipartEvent.Data => Encoding.Latin1.GetString(input, 0, consumed),
                    MultipartEvent.PartEnd => ")",
                    _ => "end",
                });
            }

            // A delimiter of 74 octets, a header line, or padding, at most.
            Assert.True(pending.Count < 10_000, $"{pending.Count} octets wait");
        }

        Assert.Equal(ended, machine.ReceiveEnd() is null);
        return text.Append(machine.ReceiveEnd()?.Status.Code.ToString()).ToString();
    }
}
