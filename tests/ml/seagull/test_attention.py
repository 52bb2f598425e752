import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.seagull.attention import AttentionBlock, CrossAttention, LoneAttention


def test_attention_to_oneself_alone_is_attention_with_any_query_and_key() -> None:
    lone, full = LoneAttention(32), nn.MultiheadAttention(32, 8, batch_first=True)
    nn.init.normal_(full.in_proj_bias)
    with torch.no_grad():
        lone.value.weight.copy_(full.in_proj_weight[64:])
        lone.value.bias.copy_(full.in_proj_bias[64:])
        lone.out.load_state_dict(full.out_proj.state_dict())
    tokens = torch.randn(5, 32)

    attended, _ = full(tokens[:, None], tokens[:, None], tokens[:, None])

    torch.testing.assert_close(lone(tokens), attended[:, 0])


def test_cross_attention_is_a_softmax_of_scaled_products_for_each_head() -> None:
    attention = CrossAttention(32, heads=4)
    queries, tokens = torch.randn(3, 32), torch.randn(1, 7, 32)

    attended = attention(queries, attention.keys_values(tokens))

    q, k, v = attention.query(queries), attention.key(tokens[0]), attention.value(tokens[0])
    heads = [slice(start, start + 4) for start in (0, 4, 8, 12)]
    merged = torch.cat([torch.softmax(q[:, h] @ k[:, h].T / 4**0.5, dim=1) @ v[:, h] for h in heads], dim=1)
    torch.testing.assert_close(attended, attention.out(merged))


def test_the_keys_and_values_of_several_images_are_those_of_each() -> None:
    attention = CrossAttention(32, heads=4)
    tokens = torch.randn(2, 7, 32)

    together = attention.keys_values(tokens)

    for number in range(2):
        alone = attention.keys_values(tokens[number : number + 1])
        torch.testing.assert_close(together[0][number], alone[0][0])
        torch.testing.assert_close(together[1][number], alone[1][0])


def test_a_block_normalises_after_each_attention_and_not_after_its_mlp() -> None:
    block = AttentionBlock(32, heads=4, hidden=48)
    for parameter in block.parameters():
        nn.init.normal_(parameter, std=0.3)
    basic, pair = torch.randn(3, 32), block.cross_attention.keys_values(torch.randn(1, 7, 32))

    token = block(basic, pair)

    own = norm(basic + block.self_attention(basic), block.norm1)
    seen = norm(own + block.cross_attention(own, pair), block.norm2)
    inner = torch.clamp(block.mlp[0](seen), min=0)
    torch.testing.assert_close(token, seen + block.mlp[2](inner), rtol=1e-4, atol=1e-4)


def test_a_query_does_not_see_another() -> None:
    block = AttentionBlock(32, heads=4, hidden=48)
    basic, pair = torch.randn(3, 32), block.cross_attention.keys_values(torch.randn(1, 7, 32))
    others = torch.cat([basic[:1], torch.randn(2, 32)])

    torch.testing.assert_close(block(basic, pair)[:1], block(others, pair)[:1])


def norm(x: Tensor, layer: nn.LayerNorm) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], eps=1e-5) * layer.weight + layer.bias
