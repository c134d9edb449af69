# %% [markdown]
# # wall_under_current

# %%
print(1)
